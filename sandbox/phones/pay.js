// The payment page of one link: shows the bill, tries to pay, leads back to the business.

const $ = (id) => document.querySelector(`[data-testid="${id}"]`);
const link = location.pathname.split("/").at(-1);
const rupees = (paise) => new Intl.NumberFormat("en-IN", { style: "currency", currency: "INR", minimumFractionDigits: paise % 100 ? 2 : 0 }).format(paise / 100);
const DRAWINGS = { ok: "m9 20 8 8 15-17", closed: "M20 10v12M20 29v.5" };
const CLOSED = {
  paid: ["This is already paid", "Nothing more to do. Thank you."],
  expired: ["This link has expired", "Write to the desk for a new one."],
  cancelled: ["This link was cancelled", "Write to the desk if you still want to pay."],
};
let bill = null;
let skew = 0;
let isDone = false;

function end(kind, title, note) {
  isDone = true;
  $("ways").hidden = true;
  $("pay-error").hidden = true;
  const box = $("pay-end");
  box.hidden = false;
  box.classList.toggle("closed", kind !== "ok");
  box.querySelector(".sign").innerHTML = `<svg viewBox="0 0 40 40" fill="none" stroke="currentColor" stroke-width="4" stroke-linecap="round" stroke-linejoin="round"><path d="${DRAWINGS[kind]}"/></svg>`;
  $("pay-result").textContent = title;
  $("pay-note").textContent = note;
  $("time-left").textContent = "";
}

function show() {
  document.title = `Pay ${rupees(bill.amount - bill.amountPaid)} to ${bill.merchant}`;
  $("merchant").textContent = bill.merchant;
  document.querySelector(".mark").textContent = bill.merchant.trim()[0];
  $("amount").textContent = rupees(isDone ? bill.amount : bill.amount - bill.amountPaid || bill.amount);
  $("description").textContent = bill.description;
  $("reference").textContent = bill.reference ? `Reference ${bill.reference}` : "";
  $("pay-now").textContent = `Pay ${rupees(bill.amount - bill.amountPaid)}`;
  if (isDone) return;
  $("ways").hidden = !bill.isOpen;
  if (!bill.isOpen) end(bill.status === "paid" ? "ok" : "closed", ...(CLOSED[bill.status] ?? ["This link is closed", ""]));
}

function count() {
  if (!bill?.expireBy || isDone) return;
  const left = Math.max(0, bill.expireBy - Math.floor(Date.now() / 1000 + skew));
  const hours = Math.floor(left / 3600);
  const clock = `${String(Math.floor((left % 3600) / 60)).padStart(hours ? 2 : 1, "0")}:${String(left % 60).padStart(2, "0")}`;
  $("time-left").textContent = left > 36 * 3600 ? "" : `${hours ? `${hours}:` : ""}${clock} left`;
  $("time-left").classList.toggle("soon", left < 180);
}

async function load() {
  const answer = await fetch(`/pay/${link}/bill`);
  if (!answer.ok) {
    document.querySelector(".bill").hidden = true;
    $("merchant").textContent = "Payment";
    return end("closed", "This payment link does not exist", "Check the address, or ask the desk for a new link.");
  }
  bill = await answer.json();
  skew = bill.now - Date.now() / 1000;
  show();
  count();
}

async function attempt(outcome) {
  const form = $("ways");
  if (form.classList.contains("busy")) return;
  form.classList.add("busy");
  $("pay-error").hidden = true;
  const method = new FormData(form).get("method");
  const answer = await fetch(`/pay/${link}/attempt`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ outcome, method }) });
  const said = await answer.json();
  // A bank takes a moment; without it nobody sees that anything happened.
  await new Promise((done) => setTimeout(done, 450));
  form.classList.remove("busy");
  if (!answer.ok) {
    await load();
    return isDone || fail(said.detail);
  }
  bill = said.bill;
  if (said.status !== "captured") return fail(said.why);
  end("ok", `${rupees(bill.amount)} paid`, said.callback ? `Taking you back to ${bill.merchant}…` : `Payment ${said.payment}. You can close this page.`);
  show();
  if (said.callback) {
    const back = $("pay-back");
    back.hidden = false;
    back.href = said.callback;
    back.textContent = `Back to ${bill.merchant}`;
    setTimeout(() => location.assign(said.callback), 1400);
  }
}

function fail(why) {
  $("pay-error").textContent = why;
  $("pay-error").hidden = false;
}

$("ways").addEventListener("change", (event) => {
  if (event.target.name !== "method") return;
  for (const part of document.querySelectorAll("fieldset")) part.hidden = part.dataset.method !== event.target.value;
});
$("ways").addEventListener("submit", (event) => {
  event.preventDefault();
  const isUpi = new FormData(event.target).get("method") === "upi";
  attempt(isUpi && /^fail/i.test($("vpa").value.trim()) ? "failed" : "paid");
});
$("pay-fail").addEventListener("click", () => attempt("failed"));
setInterval(count, 1000);
setInterval(() => !isDone && document.visibilityState === "visible" && load(), 5000);
load();
