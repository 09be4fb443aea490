"""A stand-in that speaks the wire format of Razorpay's Orders, Payment Links, Payments and Refunds."""
