/// What is asked, as everybody may read it. There is no place in it for a right answer; what students are shown is made
/// of this and of nothing else.
public struct Prompt: Equatable, Sendable {
    public enum Kind: String, Sendable, CaseIterable {
        case singleChoice = "single_choice"
        case multipleChoice = "multiple_choice"
        case trueFalse = "true_false"
        case shortText = "short_text"
        case numeric
    }

    public let id: QuestionID
    public let kind: Kind
    /// Markdown; shown through `Markdown.html`.
    public var text: String
    /// Of the two choices; empty otherwise.
    public var options: [String]
    /// How much it counts beside the others of its quiz.
    public var weight: Int

    public init(id: QuestionID, kind: Kind, text: String, options: [String] = [], weight: Int = 1) {
        self.id = id
        self.kind = kind
        self.text = text
        self.options = options
        self.weight = weight
    }
}

/// What is right: for those who teach, and for grading.
public enum AnswerKey: Equatable, Sendable {
    /// The index of an option, from 0.
    case singleChoice(Int)
    /// Indexes of options, ascending; at least one.
    case multipleChoice([Int])
    case trueFalse(Bool)
    /// Texts that are accepted. None means that an instructor reads the answer.
    case shortText([String])
    /// The distance from the value within which an answer is right.
    case numeric(value: ExactNumber, tolerance: ExactNumber)

    public var kind: Prompt.Kind {
        switch self {
        case .singleChoice: .singleChoice
        case .multipleChoice: .multipleChoice
        case .trueFalse: .trueFalse
        case .shortText: .shortText
        case .numeric: .numeric
        }
    }

    /// Whether somebody has to read the answers.
    public var isGradedByHand: Bool { self == .shortText([]) }
}

/// A question with its answer.
public struct Question: Equatable, Sendable {
    public var prompt: Prompt
    public var key: AnswerKey
    /// Markdown: why it is so. Shown with the right answer and never before.
    public var explanation: String

    public init(prompt: Prompt, key: AnswerKey, explanation: String = "") {
        self.prompt = prompt
        self.key = key
        self.explanation = explanation
    }

    public var id: QuestionID { prompt.id }
}

extension Question {
    /// - Parameter pointer: of the question in the request's body.
    func validate(_ pointer: String) throws(CourseRefusal) {
        guard !prompt.text.isEmpty else {
            throw .invalid(pointer: pointer + "/text", code: "required", detail: "a question asks something")
        }
        try FieldRules.text(prompt.text, pointer + "/text", bytesMax: CourseBounds.questionBytesMax)
        try FieldRules.text(explanation, pointer + "/explanation", bytesMax: CourseBounds.questionBytesMax)
        try FieldRules.number(prompt.weight, pointer + "/weight", in: 1...CourseBounds.weightMax)
        guard prompt.kind == key.kind else { throw Self.wrongKey(pointer, "it is the answer of another type") }
        try validateOptions(pointer)
        try validateKey(pointer)
    }

    private func validateOptions(_ pointer: String) throws(CourseRefusal) {
        let hasOptions = prompt.kind == .singleChoice || prompt.kind == .multipleChoice
        guard hasOptions else {
            guard prompt.options.isEmpty else {
                throw .invalid(
                    pointer: pointer + "/options", code: "not_supported", detail: "only choices have options")
            }
            return
        }
        try FieldRules.number(prompt.options.count, pointer + "/options", in: 2...CourseBounds.optionsMax)
        guard prompt.options.allSatisfy({ (1...CourseBounds.optionBytesMax).contains($0.utf8.count) }) else {
            throw .invalid(
                pointer: pointer + "/options", code: "invalid_length",
                detail: "an option has 1 to \(CourseBounds.optionBytesMax) bytes")
        }
        guard Set(prompt.options).count == prompt.options.count else {
            throw .invalid(pointer: pointer + "/options", code: "duplicate", detail: "each option is given once")
        }
    }

    private func validateKey(_ pointer: String) throws(CourseRefusal) {
        switch key {
        case .singleChoice(let index):
            guard prompt.options.indices.contains(index) else {
                throw Self.wrongKey(pointer, "it is the index of an option, from 0")
            }
        case .multipleChoice(let indexes):
            guard !indexes.isEmpty, indexes.allSatisfy({ prompt.options.indices.contains($0) }),
                zip(indexes, indexes.dropFirst()).allSatisfy({ $0 < $1 })
            else { throw Self.wrongKey(pointer, "it is a list of indexes of options, from 0, ascending, each once") }
        case .trueFalse: return
        case .shortText(let accepted):
            try FieldRules.count(accepted.count, pointer + "/answer", max: CourseBounds.acceptedTextsMax)
            guard
                accepted.allSatisfy({
                    $0.utf8.count <= CourseBounds.acceptedTextBytesMax && !ShortText.folded($0).isEmpty
                })
            else {
                throw Self.wrongKey(
                    pointer,
                    "an accepted text is more than blanks, and has at most \(CourseBounds.acceptedTextBytesMax) bytes"
                )
            }
        case .numeric(_, let tolerance):
            guard !tolerance.isBelowZero else { throw Self.wrongKey(pointer, "a tolerance is not below 0") }
        }
    }

    private static func wrongKey(_ pointer: String, _ detail: String) -> CourseRefusal {
        .invalid(pointer: pointer + "/answer", code: "invalid_format", detail: detail)
    }
}

/// What makes two short texts the same answer: letters, whatever their case, and single spaces between words.
enum ShortText {
    static func folded(_ text: String) -> String {
        text.split(whereSeparator: \.isWhitespace).joined(separator: " ").lowercased()
    }
}
