import Foundation
import Inference
import Testing

@Suite struct SafetensorsTests {
    private static let tensors = [
        "bias": StoredTensor([1, -2, 3.5], shape: [3]),
        "half": StoredTensor(half: [0.5, -65504, 0.000_061_035_156], shape: [3, 1]),
        "matrix": StoredTensor([1, 2, 3, 4, 5, 6], shape: [2, 3]),
        "count": StoredTensor(type: "I64", shape: [], bytes: Data(repeating: 0, count: 8)),
    ]

    private func open(_ data: Data) throws -> SafetensorsFile {
        let folder = try ModelFolderOnDisk()
        try folder.write("weights.safetensors", data)
        return try SafetensorsFile(path: "\(folder.path)/weights.safetensors")
    }

    private func refusal(_ data: Data) -> InferenceError.Code? {
        do {
            _ = try open(data)
            return nil
        } catch {
            return (error as? InferenceError)?.code
        }
    }

    @Test func tensorsAreReadAsTheyWereWritten() throws {
        let file = try open(safetensors(SafetensorsTests.tensors))
        #expect(try file.floats("bias", shape: [3]) == [1, -2, 3.5])
        #expect(try file.floats("matrix", shape: [2, 3]) == [1, 2, 3, 4, 5, 6])
        #expect(file.header.tensors.keys.sorted() == ["bias", "count", "half", "matrix"])
    }

    @Test func sixteenBitFloatsAreExpanded() throws {
        #expect(try open(safetensors(SafetensorsTests.tensors)).floats("half", shape: [3, 1]) == [0.5, -65504, 0.000_061_035_156])
    }

    @Test func everyTruncationIsRefused() throws {
        let whole = try safetensors(SafetensorsTests.tensors)
        #expect(refusal(whole) == nil)
        for length in 0..<whole.count {
            #expect(refusal(whole.prefix(length)) == .malformedWeights, "cut to \(length) of \(whole.count) bytes")
        }
    }

    @Test(arguments: UInt64(0)..<40)
    func aDamagedHeaderIsRefusedOrReadWithoutHarm(seed: UInt64) throws {
        var generator = SeededGenerator(seed)
        let whole = try safetensors(SafetensorsTests.tensors)
        for _ in 0..<25 {
            var damaged = whole
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                damaged[Int.random(in: 0..<(whole.count - 60), using: &generator)] = UInt8.random(in: .min ... .max, using: &generator)
            }
            do {
                let file = try open(damaged)
                for (name, entry) in file.header.tensors {
                    #expect(entry.bytes.upperBound <= damaged.count)
                    if entry.type == .f32, let values = try? file.floats(name, shape: entry.shape) {
                        #expect(values.count == entry.shape.reduce(1, *))
                    }
                }
            } catch {
                #expect((error as? InferenceError)?.code == .malformedWeights)
            }
        }
    }

    @Test(arguments: [
        #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#,
        #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,800]}}"#,
        #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}"#,
        #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[-8,0]}}"#,
        #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0]}}"#,
        #"{"a":{"dtype":"F32","shape":[-1,-2],"data_offsets":[0,8]}}"#,
        #"{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}}"#,
        #"{"a":{"dtype":"F32","shape":[1e30],"data_offsets":[0,8]}}"#,
        #"{"a":{"dtype":"F99","shape":[2],"data_offsets":[0,8]}}"#,
        #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}"#,
        #"{"a":{"dtype":"F32","shape":[1,1,1,1,1,1,1,1,2],"data_offsets":[0,8]}}"#,
        #"{"a":7}"#, "[]", "{", #"{"a":{"shape":[2]}}"#,
    ])
    func aHeaderThatLiesIsRefused(header: String) {
        #expect(refusal(safetensors(header: Data(header.utf8), data: Data(repeating: 0, count: 16))) == .malformedWeights)
    }

    @Test func aHeaderNestedWithoutEndIsRefused() {
        let nested = Data(#"{"a":"#.utf8) + Data(repeating: UInt8(ascii: "["), count: 200_000)
        #expect(refusal(safetensors(header: nested, data: Data())) == .malformedWeights)
    }

    @Test(arguments: [UInt64.max, UInt64(Int64.max), 1 << 40, 17 << 20])
    func aHeaderLengthBeyondAllBoundsIsRefused(length: UInt64) {
        var file = Data()
        withUnsafeBytes(of: length.littleEndian) { file.append(contentsOf: $0) }
        #expect(refusal(file + Data("{}".utf8)) == .malformedWeights)
    }

    @Test func aFolderOrAPipeIsNoWeightsFile() throws {
        let folder = try ModelFolderOnDisk()
        #expect(mkfifo("\(folder.path)/pipe", 0o600) == 0)
        for path in [folder.path, "\(folder.path)/pipe", "\(folder.path)/absent"] {
            let error = #expect(throws: InferenceError.self) { try SafetensorsFile(path: path) }
            #expect(error?.code == .unreadableFile)
        }
    }
}
