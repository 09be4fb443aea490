"""A stand-in that speaks the wire format of Twilio's Messages and Content APIs."""
