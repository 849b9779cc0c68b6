"""Two groups of known history, as WeFlow would export them, and counts of it."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

ZONE = timezone(timedelta(hours=8))
START = datetime(2024, 1, 1, tzinfo=ZONE)
EXPORTED = datetime(2025, 12, 1, 12, tzinfo=ZONE)  # day 700
FALL = 152  # 2024-06-01
CHESS, TEA = "Canary chess", "Canary tea"
REGULARS = tuple(f"Zebulon{n}" for n in range(6))
STOPS, COMES, QUIET = "Quillstop", "Quillnew", "Quillquiet"
CAME, WENT, JOINED = 660, 620, 100  # days
PICTURES = 9  # every so many messages is one
REPLIES = 7


@dataclass(frozen=True)
class Said:
    """A message of the planted history."""

    group: str
    at: datetime
    sender: str
    is_picture: bool
    to: str | None  # whom it replies to

    @property
    def day(self):
        """Days since the start."""
        return (self.at.date() - START.date()).days


def plant():
    """Return the messages: chess falls and ends, tea goes on to the day of export."""
    said = []
    for group, days in ((CHESS, 400), (TEA, 700)):
        before, number = None, 0
        for day in range(days):
            often = 5 if group == TEA else 30 if day < FALL else 2
            people = [*REGULARS]
            if group == TEA:
                people += [STOPS] * (day < WENT) + [COMES] * (day >= CAME)
            for nth in range(often):
                hour = (9, 12, 20)[3 * nth // often]
                at = START + timedelta(days=day, hours=hour, minutes=nth)
                sender = people[number % len(people)]
                is_picture = number % PICTURES == 0
                is_reply = number % REPLIES == REPLIES - 1 and not is_picture
                to = before if is_reply else None
                said.append(Said(group, at, sender, is_picture, to))
                before, number = sender, number + 1
    return said


def write_exports(said, folder, text="canary 👍"):
    """Write a WeFlow document for each group."""
    for number, name in enumerate((CHESS, TEA)):
        rows = [_build_join(number)] if name == TEA else []
        own = sorted((one for one in said if one.group == name), key=lambda one: one.at)
        rows += [_build_row(number, nth, own, text) for nth in range(len(own))]
        rows.sort(key=lambda row: row["createTime"])
        session = {"wxid": f"{number}@chatroom", "displayName": name, "type": "群聊"}
        document = {
            "weflow": {"version": "5.0.0", "exportedAt": int(EXPORTED.timestamp())},
            "session": session | {"messageCount": len(rows)},
            "messages": rows,
        }
        text_of = json.dumps(document, ensure_ascii=False)
        (folder / f"{number}.json").write_text(text_of, "utf-8")


def _build_join(number):
    """Build the line of a member who never writes."""
    at = START + timedelta(days=JOINED, hours=10)
    return {
        "localId": 0, "createTime": int(at.timestamp()), "isSend": 0,
        "type": "系统消息", "localType": 10000, "senderUsername": f"{number}@chatroom",
        "senderDisplayName": "", "content": f'"{REGULARS[0]}"邀请"{QUIET}"加入了群聊',
    }  # fmt: skip


def _build_row(number, nth, own, text):
    one = own[nth]
    row = {
        "localId": nth, "createTime": int(one.at.timestamp()), "isSend": 0,
        "type": "图片消息" if one.is_picture else "文本消息",
        "localType": 3 if one.is_picture else 1,
        "content": "[图片]" if one.is_picture else text,
        "senderUsername": f"canaryid_{one.sender}", "senderDisplayName": one.sender,
        "platformMessageId": f"{number}{nth:08d}",
    }  # fmt: skip
    if one.to:
        row |= {"type": "引用消息", "localType": 57 << 32 | 49}
        row["replyToMessageId"] = f"{number}{nth - 1:08d}"
    return row
