import Pictures
import Testing

@Suite struct GreyPictureTests {
    @Test func aSmallFilmKeepsItsPixels() {
        let picture = GreyPicture(film: [0, 0.5, 1, 0.25], rows: 2, columns: 2, longest: 100)
        #expect(picture.width == 2 && picture.height == 2 && picture.pixels == [0, 128, 255, 64])
    }

    @Test func aLargeFilmIsReducedToMeans() throws {
        // 2 × 4 to 1 × 2: the means of the left and of the right half.
        let picture = GreyPicture(film: [0, 0, 1, 1, 0, 1, 1, 1], rows: 2, columns: 4, longest: 2)
        #expect(picture.width == 2 && picture.height == 1 && picture.pixels == [64, 255])
        #expect(try picture.png().starts(with: [0x89, 0x50, 0x4e, 0x47]))
    }

    @Test func aHeatLayerIsClearWhereNothingSpeaksForTheFindingAndOutsideWhatWasSeen() {
        let heat = HeatOverlay.Heat(strengths: [1, 0], rows: 1, columns: 2, firstRow: 0, firstColumn: 20, coveredRows: 40, coveredColumns: 40)
        let layer = HeatLayer(heat, rows: 40, columns: 80)
        func alpha(_ row: Int, _ column: Int) -> UInt8 { layer.pixels[(row * layer.width + column) * 4 + 3] }
        #expect(layer.width == 80 && layer.height == 40)
        #expect(alpha(20, 25) == 255 && alpha(20, 58) == 0)
        for column in [0, 19, 60, 79] { #expect(alpha(20, column) == 0) }
    }
}
