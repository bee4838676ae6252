/// What a student says to one question. Options are told by their place in the quiz, whatever order the student was
/// shown.
public enum Answer: Equatable, Sendable {
    case choice(Int)
    /// Ascending, each once; empty for who says that none is right.
    case choices([Int])
    case truth(Bool)
    case text(String)
    case number(ExactNumber)

    var kind: Prompt.Kind {
        switch self {
        case .choice: .singleChoice
        case .choices: .multipleChoice
        case .truth: .trueFalse
        case .text: .shortText
        case .number: .numeric
        }
    }

    func validate(for prompt: Prompt) throws(CourseRefusal) {
        let pointer = "/answers/\(prompt.id)"
        guard kind == prompt.kind else {
            throw .invalid(
                pointer: pointer, code: "invalid_type", detail: "the question is of the type \(prompt.kind.rawValue)")
        }
        let isInPlace =
            switch self {
            case .choice(let index): prompt.options.indices.contains(index)
            case .choices(let indexes):
                indexes.allSatisfy { prompt.options.indices.contains($0) }
                    && zip(indexes, indexes.dropFirst()).allSatisfy { $0 < $1 }
            case .truth, .text, .number: true
            }
        guard isInPlace else {
            throw .invalid(pointer: pointer, code: "out_of_range", detail: "options are told by indexes, from 0")
        }
        if case .text(let text) = self {
            try FieldRules.text(text, pointer, bytesMax: CourseBounds.answerTextBytesMax)
        }
    }

    /// Whether there is anything in it that somebody could grade.
    var isBlank: Bool {
        if case .text(let text) = self { ShortText.folded(text).isEmpty } else { false }
    }
}
