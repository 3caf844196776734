import DICOM
import Foundation
import Testing

/// Films through windows. What is expected is worked out by hand from PS3.3 section C.11.2.1.2.1.
@Suite struct FilmTests {
    let folder: TemporaryFolder

    init() throws {
        try DCMTK.start(log: quiet)
        folder = try TemporaryFolder()
    }

    private func film(_ image: TestImage) throws -> Film { try Film(file: folder.write(image.file, to: "film-" + UUID().uuidString)) }

    @Test func itSaysWindowAndRangeInModalityUnits() throws {
        let film = try film(TestImage(cells: [0, 1000, 3000], more: TestImage.window("500", "2000") + TestImage.rescale(slope: "2", intercept: "-1000")))
        #expect(film.range == -1000...5000 && film.window == GreyWindow(centre: 500, width: 2000))
        #expect(film.rows == 1 && film.columns == 3 && film.frames == 1)
    }

    @Test func anotherWindowIsAppliedToTheModalitysValues() throws {
        let film = try film(TestImage(cells: [0, 1000, 3000], more: TestImage.rescale(slope: "2", intercept: "-1000")))
        // −1000, 1000, 5000 through centre 1000, width 4001: (x − 999.5) / 4000 + 0.5.
        let values = film.values(through: GreyWindow(centre: 1000, width: 4001))
        #expect(zip(values, [0.000_125, 0.500_125, 1] as [Float]).allSatisfy { abs($0 - $1) < 1e-5 })
    }

    @Test func withoutAWindowTheRangeOfItsValuesIsOne() throws {
        let film = try film(TestImage(cells: [100, 300, 200]))
        #expect(film.range == 100...300 && film.window == GreyWindow(centre: 200, width: 200))
        #expect(film.values(through: nil) == [0, 1, 0.5])
    }

    @Test func monochrome1StaysTurnedRoundThroughEveryWindow() throws {
        var image = TestImage(cells: [0, 4095])
        image.photometricInterpretation = "MONOCHROME1"
        #expect(try film(image).values(through: GreyWindow(centre: 2048, width: 4096)) == [1, 0])
    }

    @Test func itLooksLikeTheImageThatIsScored() throws {
        let file = try folder.write(TestImage(filmOf: 40, 30, more: TestImage.window("2000", "1500")).file, to: "same")
        #expect(try Film(file: file).values(through: nil) == PixelImage.decode(file: file).values)
    }
}

extension TestImage {
    fileprivate init(filmOf rows: Int, _ columns: Int, more: Data) {
        self.init(filmOf: rows, columns)
        self.more = more
    }
}
