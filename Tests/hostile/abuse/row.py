"""What one kind of abuse came to: figures for a reader, and whatever was not as it should be."""


class Row:
    def __init__(self, name):
        self.name = name
        self.figures = []
        self.faults = []

    def say(self, words):
        self.figures.append(words)

    def expect(self, condition, words):
        if not condition:
            self.faults.append(words)

    def __str__(self):
        return f"{self.name}: " + "; ".join(self.figures) + "".join(f"\n    WRONG: {words}" for words in self.faults)

    def check(self):
        assert not self.faults, str(self)


def quantile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
