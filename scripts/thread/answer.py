"""One answer: what was claimed, the evidence, conditions that are checked, and the verdict they carry."""

import enum

from . import figures
from .spread import figure

CLAIMS = {}


class Verdict(enum.Enum):
    HOLDS = "Holds"
    ONLY_IF = "Holds only if"
    NOT = "Does not hold"
    ANSWERED = "Answered"


def claim(number, title, said):
    """Registers the function that answers claim `number`; `said` is the claim in a sentence."""

    def register(answer):
        CLAIMS[number] = (title, said, answer)
        return answer

    return register


class Answer:
    """Collects the parts of one section of the page in the order in which they are added."""

    def __init__(self, number, evidence, draw):
        self.number = number
        self.title, self.said, self.function = CLAIMS[number]
        self.evidence = evidence
        self.draw = draw
        self.parts = []
        self.conditions = []
        self.conclusion = None
        self.function(self)
        if self.conclusion is None or not self.conditions:
            raise ValueError(f"claim {number} has no verdict, or nothing that it follows from")

    def rows(self, name, arguments):
        """Rows of `initprobe sweep <arguments>`, and the command on the page."""
        return self.all_rows({name: arguments})[name]

    def all_rows(self, sweeps):
        """The same for several sweeps, with the commands in one block."""
        commands = {
            name: f"initprobe sweep {arguments} --output results/thread/{name}.csv"
            for name, arguments in sweeps.items()
        }
        self.parts.append("```sh\n" + "\n".join(commands.values()) + "\n```")
        return {name: self.evidence.rows(name, command) for name, command in commands.items()}

    def csv(self, name, command):
        """Rows that another command prints, and the command on the page."""
        command = f"{command} > results/thread/{name}.csv"
        self.parts.append(f"```sh\n{command}\n```")
        return self.evidence.rows(name, command)

    def show(self, *commands):
        """Commands with what they print, on the page; returns the texts."""
        texts = [self.evidence.text(command) for command in commands]
        block = "".join(f"$ {command}\n{text}" for command, text in zip(commands, texts))
        self.parts.append(f"```console\n{block}```")
        return texts

    def say(self, text):
        self.parts.append(text)

    def table(self, header, rows):
        """Numbers are written as initprobe writes them; the first column is to the left."""
        cells = [[x if isinstance(x, str) else figure(x) if isinstance(x, float) else str(x) for x in row]
                 for row in rows]  # fmt: skip
        lines = [header, ["---"] + ["---:"] * (len(header) - 1), *cells]
        self.parts.append("\n".join(f"| {' | '.join(line)} |" for line in lines))

    def plot(self, name, alt, plot):
        """A figure on the page, drawn when rows are measured anew."""
        path = f"figures/thread-{name}.svg"
        if self.draw:
            figures.draw(plot, path)
        self.parts.append(f"![{alt}]({path})")

    def check(self, sentence, holds):
        """A condition that the verdict needs; `sentence` has the numbers in it."""
        self.conditions.append((sentence, bool(holds)))

    def verdict(self, verdict, sentence):
        self.conclusion = (verdict, sentence)

    @property
    def failures(self):
        return [sentence for sentence, holds in self.conditions if not holds]

    def section(self):
        conditions = "\n".join(
            f"- {'✓' if holds else '**✗**'} {sentence}" for sentence, holds in self.conditions
        )
        return "\n\n".join(
            [f"## {self.number}. {self.title}", f"*{self.said}*", self.conclude(), *self.parts,
             f"Checked:\n\n{conditions}"]
        )  # fmt: skip

    def conclude(self):
        """The verdict as a sentence or two."""
        verdict, sentence = self.conclusion
        if self.failures:
            return f"**No longer follows from the numbers** ({verdict.value}). {sentence}"
        if verdict is Verdict.ONLY_IF:
            return f"**{verdict.value}** {sentence}"
        return f"**{verdict.value}.** {sentence}"

    def page(self):
        """The section as a page of its own."""
        return self.section().replace(f"## {self.number}. ", "# ", 1)

    def line(self):
        """Its row of the index."""
        anchor = f"{self.number}-{slug(self.title)}"
        return f"| {self.number} | [{self.title}](#{anchor}) | {self.conclude()} |"


def slug(title):
    """The anchor that Markdown makes of a heading."""
    return "".join(c for c in title.lower().replace(" ", "-") if c.isalnum() or c in "-_")
