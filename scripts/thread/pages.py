"""The pages: all claims, and the summary for a newcomer, which is claim 20's answer."""

from .evidence import PAGES

SUMMARY = 20


def texts(answers, minutes):
    """The text of each page, in the order of PAGES."""
    summary = [answer for answer in answers if answer.number == SUMMARY]
    others = [answer for answer in answers if answer.number != SUMMARY]
    index = ["| # | claim | verdict |", "|---:|---|---|", *(answer.line() for answer in others)]
    sections = "\n\n".join(answer.section() for answer in others)
    return [
        f"{INTRODUCTION.format(minutes=minutes)}\n\n" + "\n".join(index) + f"\n\n{sections}\n",
        "\n\n".join(answer.page() for answer in summary) + "\n",
    ]


INTRODUCTION = """\
# The thread, answered

*"Can anyone tell me why `calculate_gain('tanh')` returns 5/3?"* asked a thread on PyTorch's forum, and those who
answered claimed this and that. Here each claim is measured, over several seeds and beside the infinite-width theory, and
gets a verdict that is checked: `scripts/answer-thread` makes this page, its rows and its figures from nothing in some
{minutes} minutes on two cores, and fails when a verdict no longer follows from its numbers. Who wants the answer alone reads
[why 5/3](why-five-thirds.md).

Unless a command says otherwise, the stack has 100 layers of 1000 units and a batch of 1000. `a ± b` is the mean over the
seeds and the standard deviation of one run."""


def write(answers, minutes):
    for page, text in zip(PAGES, texts(answers, minutes)):
        page.write_text(text)


def stale(answers, minutes):
    """Pages whose text is not what their rows say."""
    return [
        page.relative_to(page.parent.parent)
        for page, text in zip(PAGES, texts(answers, minutes))
        if not page.exists() or page.read_text() != text
    ]
