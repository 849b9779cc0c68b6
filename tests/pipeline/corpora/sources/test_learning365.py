"""Purchases after a first one: renewals are none, and a day counts what came before."""

from helpers.study import open_study
from pipeline.corpora.sources import learning365

ALIKE = 5  # students with the same history, as fewer are not published


def _made(counted, *, purchases, questions=(), activity=(), alike=ALIKE):
    def table(head, rows):
        lines = [(n, *row[1:]) for row in rows for n in range(alike)]
        return head + "\n" + "".join(",".join(map(str, row)) + "\n" for row in lines)

    return counted(
        learning365,
        students__csv__gz=table("student,registered", [(1, 0)]),
        purchases__csv__gz=table("student,type,day", purchases),
        hub_questions__csv__gz=table("student,day", questions),
        engagement__csv__gz=table("student,day,quizzes,exams,lessons", activity),
    ).tables


def _events(tables, awaited):
    risk = tables["purchase_risk"]
    return risk.loc[risk["awaited"].eq(awaited), "purchases"].sum() / ALIKE


def test_a_renewal_on_its_due_day_is_no_new_purchase(counted):
    """A month later, two days more or less; forty days later it is one."""
    due = _made(counted, purchases=[(1, "Monthly", 0), (1, "Monthly", 33)])
    late = _made(counted, purchases=[(1, "Monthly", 0), (1, "Monthly", 40)])
    other = _made(counted, purchases=[(1, "Monthly", 0), (1, "Annual", 30)])
    events = [_events(one, "new purchase") for one in (due, late, other)]
    assert events == [0, 1, 1]
    assert _events(due, "any purchase") == 1


def test_a_purchase_after_a_renewal_still_counts(counted):
    """Follow-up goes on through the renewal, and ends with the event."""
    tables = _made(
        counted, purchases=[(1, "Monthly", 0), (1, "Monthly", 30), (1, "Annual", 50)]
    )
    risk = tables["purchase_risk"]
    days = (risk.groupby("awaited")["days"].sum() / ALIKE).to_dict()
    assert days == {"new purchase": 50, "any purchase": 30}


def test_the_day_of_the_question_is_not_yet_exposed(counted):
    """Asked before that day, soon in the 28 days up to it."""
    tables = _made(counted, purchases=[(1, "Annual", 0)], questions=[(1, 100)])
    risk = tables["purchase_risk"]
    new = risk[risk["awaited"].eq("new purchase")]
    days = (new.groupby("asked")["days"].sum() / ALIKE).to_dict()
    assert days == {"no": 72, "soon": 28, "asked": 192}


def test_activity_of_the_day_itself_is_not_recent(counted):
    """Days 1–3 before, in classes; the purchase day's own lesson comes too late."""
    active = [(1, day, 0, 0, 1) for day in (11, 12, 13)]
    tables = _made(counted, purchases=[(1, "Annual", 10)], activity=active)
    risk = tables["purchase_risk"]
    new = risk[risk["awaited"].eq("new purchase")]
    days = new.groupby("active_days")["days"].sum() / ALIKE
    assert days[3] == 26
    assert days[1] == 4


def test_days_of_fewer_than_five_students_are_left_out_and_counted(counted):
    """No licence is stated, so no row may be of a single student."""
    tables = _made(counted, purchases=[(1, "Annual", 0), (1, "Annual", 9)], alike=4)
    assert tables["purchase_risk"].empty
    facts = tables["facts"].set_index("fact")["value"]
    assert facts[["days_left_out", "purchases_left_out"]].tolist() == [36, 4]


def test_plans_of_few_students_are_pooled(counted):
    """Four annual students count with five monthly ones, not alone."""
    head, line = "student,type,day\n", "{},{},0\n"
    plans = ["Annual"] * 4 + ["Monthly"] * 5
    tables = counted(
        learning365,
        students__csv__gz="student,registered\n"
        + "".join(f"{n},0\n" for n in range(9)),
        purchases__csv__gz=head
        + "".join(line.format(n, plan) for n, plan in enumerate(plans)),
        hub_questions__csv__gz="student,day\n",
        engagement__csv__gz="student,day,quizzes,exams,lessons\n",
    ).tables
    risk = tables["purchase_risk"].query("awaited == 'new purchase'")
    assert set(risk["plan"]) == {"any plan"}
    assert risk["days"].sum() == 9 * 292


def test_no_published_number_of_first_purchases_is_below_five():
    """First purchases of quiet days are dated at the mean of their neighbours."""
    lives = open_study("learning365").table("lives")
    assert lives["people"].min() >= 5
