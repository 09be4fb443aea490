"""Orders, payment links, payments and refunds, called by Razorpay's own client."""

from __future__ import annotations

import json
import re
import threading
import time
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import razorpay
from razorpay.errors import BadRequestError, ServerError

from sandbox.settings import DEFAULT_ACCOUNTS, Account
from tests.sandbox.conftest import Sandbox
from tests.sandbox.desk import Desk, Heard

Client = Any
LINK_FIELDS = {
    *("accept_partial", "amount", "amount_paid", "cancelled_at", "created_at", "currency", "customer", "description"),
    *("expire_by", "expired_at", "first_min_partial_amount", "id", "notes", "notify", "payments", "reference_id"),
    *("reminder_enable", "reminders", "short_url", "status", "updated_at", "upi_link", "user_id", "whatsapp_link"),
    *("callback_url", "callback_method"),
}


def new_link(client: Client, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - any field of a link
    given = {"amount": 1890000, "currency": "INR", "reference_id": "K7QM2-1", "description": "Three nights"}
    found: dict[str, Any] = client.payment_link.create(given | more)
    return found


def events(desk: Desk, count: int) -> list[Heard]:
    return desk.wait_for("/webhooks/razorpay", count)


def event(desk: Desk, name: str) -> dict[str, Any]:
    """The webhook about one event; they come in any order, as from the real one."""

    def found() -> list[Heard]:
        return [one for one in desk.heard if one.path == "/webhooks/razorpay" and one.json["event"] == name]

    desk.wait_until(lambda: bool(found()))
    return found()[0].json


def test_a_link_has_every_field_of_the_real_one_and_is_found_by_its_reference(
    sandbox: Sandbox, razorpay_client: Client
) -> None:
    link = new_link(razorpay_client, notes={"booking": "17"}, expire_by=int(time.time()) + 16 * 60)
    assert set(link) == LINK_FIELDS
    assert re.fullmatch(r"plink_[A-Za-z0-9]{14}", link["id"])
    assert (link["status"], link["payments"], link["notes"]) == ("created", None, {"booking": "17"})
    assert link["short_url"].startswith(sandbox.url)
    assert razorpay_client.payment_link.fetch(link["id"]) == link
    assert razorpay_client.payment_link.all({"reference_id": "K7QM2-1"})["payment_links"] == [link]
    assert razorpay_client.payment_link.all({"reference_id": "nobody"})["payment_links"] == []
    assert razorpay_client.payment_link.notifyBy(link["id"], "sms") == {"success": True}


def test_a_paid_link_tells_the_product_everything_signed_and_numbered(
    sandbox: Sandbox, desk: Desk, razorpay_client: Client, account: Account
) -> None:
    link = new_link(razorpay_client, callback_url="http://127.0.0.1:9/p/thanks?x=1", callback_method="get")
    outcome = sandbox.post(f"/payments/{link['id']}", outcome="paid")
    heard = events(desk, 4)
    told = {one.json["event"]: one for one in heard}
    assert set(told) == {"payment.authorized", "payment.captured", "order.paid", "payment_link.paid"}
    assert len({one.headers["x-razorpay-event-id"] for one in heard}) == 4
    for one in heard:
        signature = one.headers["x-razorpay-signature"]
        secret = account.razorpay_webhook_secret
        assert razorpay_client.utility.verify_webhook_signature(one.body.decode(), signature, secret)
    paid = told["payment_link.paid"].json
    assert (paid["entity"], paid["account_id"]) == ("event", account.razorpay_account_id)
    assert paid["contains"] == ["payment_link", "order", "payment"]
    entities = {name: one["entity"] for name, one in paid["payload"].items()}
    assert entities["payment"]["order_id"] == f"order_{entities['order']['id']}"
    assert f"plink_{entities['order']['product_id']}" == entities["payment_link"]["id"] == link["id"]
    assert (entities["payment_link"]["status"], entities["payment_link"]["amount_paid"]) == ("paid", 1890000)
    assert told["payment.authorized"].json["payload"]["payment"]["entity"]["status"] == "authorized"
    query = dict(parse_qsl(urlsplit(outcome["callback"]).query))
    parameters = {
        "payment_link_id": query["razorpay_payment_link_id"],
        "payment_link_reference_id": query["razorpay_payment_link_reference_id"],
        "payment_link_status": query["razorpay_payment_link_status"],
        "razorpay_payment_id": query["razorpay_payment_id"],
        "razorpay_signature": query["razorpay_signature"],
    }
    assert razorpay_client.utility.verify_payment_link_signature(parameters)
    assert (query["x"], query["razorpay_payment_link_status"]) == ("1", "paid")


def test_a_failed_payment_leaves_the_link_open_for_the_next(
    sandbox: Sandbox, desk: Desk, razorpay_client: Client
) -> None:
    link = new_link(razorpay_client)
    failed = sandbox.post(f"/payments/{link['id']}", outcome="failed")["payment"]
    assert (failed["status"], failed["error_reason"]) == ("failed", "payment_failed")
    assert event(desk, "payment.failed")["payload"]["payment"]["entity"]["status"] == "failed"
    assert razorpay_client.payment_link.fetch(link["id"])["status"] == "created"
    paid = sandbox.post(f"/payments/{link['id']}", outcome="paid", method="card")["payment"]
    assert (razorpay_client.payment.fetch(paid["id"])["status"], paid["card"]["network"]) == ("captured", "Visa")
    assert paid["order_id"] == failed["order_id"]


def test_a_link_may_be_paid_in_parts(sandbox: Sandbox, desk: Desk, razorpay_client: Client) -> None:
    link = new_link(razorpay_client, amount=10000, accept_partial=True, first_min_partial_amount=4000)
    sandbox.post(f"/payments/{link['id']}", outcome="paid", amount=4000)
    assert event(desk, "payment_link.partially_paid")["contains"] == ["payment_link", "order", "payment"]
    with pytest.raises(BadRequestError, match="already paid/partially paid link"):
        razorpay_client.payment_link.cancel(link["id"])
    sandbox.post(f"/payments/{link['id']}", outcome="paid")
    found = razorpay_client.payment_link.fetch(link["id"])
    assert (found["status"], [one["amount"] for one in found["payments"]]) == ("paid", [4000, 6000])


def test_a_link_expires_by_the_sandboxs_own_clock(sandbox: Sandbox, desk: Desk, razorpay_client: Client) -> None:
    link = new_link(razorpay_client, expire_by=int(time.time()) + 16 * 60)
    sandbox.post("/debug/clock", advance="PT21M")
    assert event(desk, "payment_link.expired")["contains"] == ["payment_link"]
    assert razorpay_client.payment_link.fetch(link["id"])["expired_at"] > 0
    assert sandbox.http.post(f"/payments/{link['id']}", json={"outcome": "paid"}).status_code == 409
    with pytest.raises(BadRequestError, match="cannot cancel or expire an expired link"):
        razorpay_client.payment_link.cancel(link["id"])


def test_a_payment_under_way_when_the_link_closed_still_arrives(
    sandbox: Sandbox, desk: Desk, razorpay_client: Client
) -> None:
    link = new_link(razorpay_client)
    assert razorpay_client.payment_link.cancel(link["id"])["status"] == "cancelled"
    assert event(desk, "payment_link.cancelled")["contains"] == ["payment_link"]
    assert sandbox.http.post(f"/payments/{link['id']}", json={"outcome": "paid"}).status_code == 409
    sandbox.post(f"/payments/{link['id']}", outcome="paid", late=True)
    assert event(desk, "payment_link.paid")["payload"]["payment_link"]["entity"]["status"] == "paid"


def test_a_link_paid_on_two_phones_at_once_takes_its_whole_price_twice(
    sandbox: Sandbox, razorpay_client: Client
) -> None:
    link = new_link(razorpay_client)
    sandbox.post(f"/payments/{link['id']}", outcome="paid")
    second = sandbox.post(f"/payments/{link['id']}", outcome="paid", late=True)
    assert second["payment"]["amount"] == link["amount"]


def test_a_link_can_be_edited_until_it_is_closed(razorpay_client: Client) -> None:
    link = new_link(razorpay_client)
    edited = razorpay_client.payment_link.edit(link["id"], {"reference_id": "K7QM2-9", "notes": {"a": "b"}})
    assert (edited["reference_id"], edited["notes"]) == ("K7QM2-9", {"a": "b"})
    with pytest.raises(BadRequestError, match="should not be sent"):
        razorpay_client.payment_link.edit(link["id"], {"amount": 5})
    razorpay_client.payment_link.cancel(link["id"])
    with pytest.raises(BadRequestError, match="update can only be made in created or partially paid state"):
        razorpay_client.payment_link.edit(link["id"], {"reference_id": "x"})


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"amount": 99}, "amount: must be no less than 100"),
        ({"amount": None}, "cannot be blank"),
        ({"amount": 10.5}, "must be an integer"),
        ({"currency": "XYZ"}, "Currency is not supported"),
        ({"expire_by": int(time.time()) + 14 * 60}, "timestamp must be atleast 15 minutes in future"),
        ({"upi_link": True}, "UPI Payment Links is not supported in Test Mode"),
        ({"reference_id": "x" * 41}, "no more than 40"),
        ({"description": "x" * 2049}, "no more than 2048"),
        ({"callback_url": "https://a.test/", "callback_method": "post"}, "callback_method"),
        ({"notes": {str(n): "x" for n in range(16)}}, "notes"),
        ({"notes": {"a": "x" * 256}}, "255"),
    ],
)
def test_a_link_that_breaks_a_rule_is_refused_in_razorpays_words(
    sandbox: Sandbox, razorpay_client: Client, given: dict[str, Any], words: str
) -> None:
    with pytest.raises(BadRequestError, match=words):
        new_link(razorpay_client, **given)
    assert sandbox.http.get("/debug/payment_links").json() == []


def test_a_reference_serves_only_once_and_only_its_owner(sandbox: Sandbox, razorpay_client: Client) -> None:
    link = new_link(razorpay_client)
    with pytest.raises(BadRequestError, match="payment link creation with reference ID already attempted"):
        new_link(razorpay_client)
    second = DEFAULT_ACCOUNTS[1]
    other = razorpay.Client(auth=(second.razorpay_key_id, second.razorpay_key_secret), base_url=sandbox.url)
    with other.session:
        assert new_link(other)["id"] != link["id"]
        with pytest.raises(BadRequestError, match="The id provided does not exist"):
            other.payment_link.fetch(link["id"])
        other.auth = (second.razorpay_key_id, "wrong")
        with pytest.raises(BadRequestError, match="Authentication failed"):
            other.payment_link.fetch(link["id"])
    with pytest.raises(BadRequestError, match="not a valid notification medium"):
        razorpay_client.payment_link.notifyBy(link["id"], "pigeon")


def test_an_order_is_paid_through_the_checkout_form(sandbox: Sandbox, desk: Desk, razorpay_client: Client) -> None:
    order = razorpay_client.order.create({"amount": 50000, "currency": "INR", "receipt": "K7QM2", "notes": {"a": "b"}})
    assert re.fullmatch(r"order_[A-Za-z0-9]{14}", order["id"])
    assert (order["status"], order["amount_due"], order["receipt"]) == ("created", 50000, "K7QM2")
    paid = sandbox.post(f"/payments/{order['id']}", outcome="paid")
    names = ("razorpay_order_id", "razorpay_payment_id", "razorpay_signature")
    assert razorpay_client.utility.verify_payment_signature({name: paid[name] for name in names})
    assert (razorpay_client.order.fetch(order["id"])["status"], len(events(desk, 3))) == ("paid", 3)
    assert razorpay_client.order.payments(order["id"])["items"][0]["id"] == paid["razorpay_payment_id"]
    with pytest.raises(BadRequestError, match="Order amount less than minimum amount allowed"):
        razorpay_client.order.create({"amount": 1, "currency": "INR"})


def paid_payment(sandbox: Sandbox, client: Client) -> str:
    link = new_link(client, amount=10000)
    payment: str = sandbox.post(f"/payments/{link['id']}", outcome="paid")["payment"]["id"]
    return payment


def test_a_refund_is_pending_first_and_processed_soon(sandbox: Sandbox, desk: Desk, razorpay_client: Client) -> None:
    payment = paid_payment(sandbox, razorpay_client)
    refund = razorpay_client.payment.refund(payment, {"amount": 4000, "receipt": "r1"})
    assert re.fullmatch(r"rfnd_[A-Za-z0-9]{14}", refund["id"])
    assert (refund["status"], refund["amount"], refund["payment_id"]) == ("pending", 4000, payment)
    assert event(desk, "refund.created")["payload"]["refund"]["entity"]["status"] == "pending"
    assert event(desk, "refund.processed")["contains"] == ["refund", "payment"]
    assert razorpay_client.refund.fetch(refund["id"])["status"] == "processed"
    assert razorpay_client.payment.fetch(payment)["refund_status"] == "partial"
    razorpay_client.payment.refund(payment, {})
    whole = razorpay_client.payment.fetch(payment)
    assert (whole["amount_refunded"], whole["refund_status"], whole["status"]) == (10000, "full", "refunded")
    assert razorpay_client.payment.fetch_multiple_refund(payment)["count"] == 2


def test_a_refund_may_fail_later(sandbox: Sandbox, desk: Desk, razorpay_client: Client) -> None:
    sandbox.http.patch("/debug/policy", json={"refunds": "failed"}).raise_for_status()
    payment = paid_payment(sandbox, razorpay_client)
    razorpay_client.payment.refund(payment, {})
    assert event(desk, "refund.failed")["payload"]["refund"]["entity"]["status"] == "failed"
    assert razorpay_client.payment.fetch(payment)["amount_refunded"] == 0


def test_money_is_never_given_back_twice(sandbox: Sandbox, razorpay_client: Client) -> None:
    payment = paid_payment(sandbox, razorpay_client)
    refund = razorpay_client.payment.refund
    with pytest.raises(BadRequestError, match="greater than amount captured"):
        refund(payment, {"amount": 10001})
    with pytest.raises(BadRequestError, match=r"The amount must be atleast INR 1\.00"):
        refund(payment, {"amount": 99})
    refund(payment, {})
    with pytest.raises(BadRequestError, match="The payment has been fully refunded already"):
        refund(payment, {})
    with pytest.raises(BadRequestError, match="The id provided does not exist"):
        refund("pay_nobody", {})


def test_a_failed_payment_has_nothing_to_give_back(sandbox: Sandbox, razorpay_client: Client) -> None:
    link = new_link(razorpay_client)
    failed = sandbox.post(f"/payments/{link['id']}", outcome="failed")["payment"]["id"]
    with pytest.raises(BadRequestError, match="should be captured"):
        razorpay_client.payment.refund(failed, {})


def test_an_idempotency_key_makes_one_refund_of_many_calls(sandbox: Sandbox, razorpay_client: Client) -> None:
    payment = paid_payment(sandbox, razorpay_client)
    refund = razorpay_client.payment.refund

    def ask(key: str, amount: int) -> dict[str, Any]:
        found: dict[str, Any] = refund(payment, {"amount": amount}, headers={"X-Refund-Idempotency": key})
        return found

    first = ask("refund-row-0001", 4000)
    assert ask("refund-row-0001", 4000)["id"] == first["id"]
    with pytest.raises(BadRequestError, match="Different request body"):
        ask("refund-row-0001", 5000)
    with pytest.raises(BadRequestError, match="at least 10 characters"):
        ask("short", 1000)
    assert ask("refund-row-0002", 6000)["id"] != first["id"]


def test_two_refunds_with_one_key_at_the_same_instant_meet(
    sandbox: Sandbox, razorpay_client: Client, account: Account
) -> None:
    payment = paid_payment(sandbox, razorpay_client)
    answers: list[int] = []

    def ask() -> None:
        answer = sandbox.http.post(
            f"/v1/payments/{payment}/refund",
            json={"amount": 1000},
            headers={"X-Refund-Idempotency": "the-same-row-1"},
            auth=(account.razorpay_key_id, account.razorpay_key_secret),
        )
        answers.append(answer.status_code)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert set(answers) <= {200, 409}
    assert razorpay_client.payment.fetch(payment)["amount_refunded"] == 1000


def test_a_webhook_the_product_refuses_comes_again_with_the_same_number(
    sandbox: Sandbox, desk: Desk, razorpay_client: Client
) -> None:
    statuses = iter([500])
    desk.reactions.append(lambda one: (next(statuses, 200), {}, b"") if b"payment.failed" in one.body else None)

    def failures() -> list[Heard]:
        return [one for one in desk.heard if b"payment.failed" in one.body]

    link = new_link(razorpay_client)
    sandbox.post(f"/payments/{link['id']}", outcome="failed")
    desk.wait_until(lambda: len(failures()) > 1)
    first, second = failures()
    assert first.body == second.body
    assert first.headers["x-razorpay-event-id"] == second.headers["x-razorpay-event-id"]


def test_our_own_pay_link_is_followed_to_the_link_behind_it(
    sandbox: Sandbox, desk: Desk, razorpay_client: Client
) -> None:
    link = new_link(razorpay_client)
    pages = iter([(200, {}, b"One moment"), (302, {"Location": link["short_url"]}, b"")])
    desk.reactions.append(lambda one: next(pages) if one.path == "/p/tok_42" else None)
    outcome = sandbox.post("/payments/tok_42", outcome="paid")
    assert outcome["payment_link"]["id"] == link["id"]
    assert sandbox.http.post("/payments/plink_nobody", json={"outcome": "paid"}).status_code == 404


def test_scripted_trouble_reaches_the_official_client(sandbox: Sandbox, razorpay_client: Client) -> None:
    sandbox.post("/debug/faults", provider="razorpay", method="post", match="payment_links", status=500)
    with pytest.raises(ServerError):
        new_link(razorpay_client)
    assert json.loads(sandbox.http.get("/debug/payment_links").text) == []
    assert new_link(razorpay_client)["status"] == "created"
