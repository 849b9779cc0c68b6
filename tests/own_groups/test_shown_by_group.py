"""What a group can show is its own: a mixed folder loses no claim about people."""

ALL = 84
EXPLICIT, POSTERS = "s0-decentralised-better", "s0-success-below-5pct"


def _only_whatsapp(_):
    return "whatsapp"


def _no_whatsapp(_):
    return "telegram"


def _one_whatsapp(number):
    return "whatsapp" if number == 5 else "telegram"
