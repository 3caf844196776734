/// Text in a field: delimiters, line breaks and bytes as escape sequences (HL7 v2.5.1, 2.7).
extension Delimiters {
    /// `A&B` becomes `A\T\B`. Line breaks become `\.br\`; other control characters, which no receiver can show, become spaces.
    package func escaped(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: { needsEscape($0) }) else { return text }
        var result = String.UnicodeScalarView()
        var isBehindReturn = false
        // By scalars: a delimiter with a combining mark behind it is a delimiter to every receiver.
        for scalar in text.unicodeScalars {
            defer { isBehindReturn = scalar == "\r" }
            if scalar == "\n", isBehindReturn { continue }
            guard needsEscape(scalar) else {
                result.append(scalar)
                continue
            }
            result.append(contentsOf: escape(scalar).unicodeScalars)
        }
        return String(result)
    }

    private func escape(_ scalar: Unicode.Scalar) -> String {
        switch Character(scalar) {
        case field: sequence("F")
        case component: sequence("S")
        case repetition: sequence("R")
        case escape: sequence("E")
        case subcomponent: sequence("T")
        case "\n", "\r": sequence(".br")
        default: " "
        }
    }

    /// `A\T\B` becomes `A&B`. A sequence that is not known stays as it came: nothing is dropped.
    package func unescaped(_ text: String) -> String {
        guard let mark = escape.asciiValue, text.utf8.contains(mark) else { return text }
        var result = ""
        var rest = text.utf8[...]
        while let start = rest.firstIndex(of: mark) {
            result += Substring(rest[..<start])
            let inside = rest[rest.index(after: start)...]
            guard let end = inside.firstIndex(of: mark), let meaning = meaning(of: Substring(inside[..<end])) else {
                result.append(escape)
                rest = inside
                continue
            }
            result += meaning
            rest = inside[inside.index(after: end)...]
        }
        return result + Substring(rest)
    }

    private func needsEscape(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
            || [field, component, repetition, escape, subcomponent].contains(Character(scalar))
    }

    private func sequence(_ name: String) -> String { "\(escape)\(name)\(escape)" }

    private func meaning(of name: Substring) -> String? {
        switch name {
        case "F": return String(field)
        case "S": return String(component)
        case "R": return String(repetition)
        case "E": return String(escape)
        case "T": return String(subcomponent)
        case ".br", ".sp": return "\n"
        case "H", "N": return ""
        default:
            guard name.first == "X" || name.first == "x" else { return nil }
            return Self.text(hexadecimal: name.dropFirst())
        }
    }

    private static func text(hexadecimal digits: Substring) -> String? {
        guard digits.utf8.count.isMultiple(of: 2), !digits.isEmpty, digits.allSatisfy(\.isHexDigit) else { return nil }
        var bytes: [UInt8] = []
        var rest = digits
        while !rest.isEmpty {
            guard let byte = UInt8(rest.prefix(2), radix: 16) else { return nil }
            bytes.append(byte)
            rest = rest.dropFirst(2)
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
