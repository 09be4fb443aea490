"""WhatsApp as Meta itself offers it: the Graph API's messages, its files and its signed webhooks."""
