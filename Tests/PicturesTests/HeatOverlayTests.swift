import Pictures
import Testing

@Suite struct HeatOverlayTests {
    /// A grey film of 40 × 80 of which the middle square is covered by 2 × 2 cells; only the cell at the upper left is hot.
    private func picture(_ strengths: [Float]) -> Canvas {
        HeatOverlay(
            film: [Float](repeating: 0.5, count: 40 * 80), rows: 40, columns: 80,
            heat: HeatOverlay.Heat(strengths: strengths, rows: 2, columns: 2, firstRow: 0, firstColumn: 20, coveredRows: 40, coveredColumns: 40)
        ).canvas()
    }

    private func pixel(_ canvas: Canvas, row: Int, column: Int) -> [UInt8] {
        Array(canvas.pixels[((row * canvas.width + column) * 3)...].prefix(3))
    }

    @Test func aMapOfNothingLeavesTheFilmAsItIs() {
        let canvas = picture([0, 0, 0, 0])
        #expect(pixel(canvas, row: 10, column: 30) == [127, 127, 127])
        #expect(pixel(canvas, row: 30, column: 50) == [127, 127, 127])
    }

    @Test func whatSpeaksForAFindingIsRedAndTheRestIsGrey() {
        let canvas = picture([1, 0, 0, 0])
        let hot = pixel(canvas, row: 5, column: 25)
        #expect(hot[0] > hot[1] && hot[1] > hot[2] && hot[0] > 160)
        #expect(pixel(canvas, row: 39, column: 59) == [127, 127, 127])
    }

    @Test func whatTheNetworkDidNotSeeIsDimmed() {
        let canvas = picture([1, 1, 1, 1])
        for column in [0, 10, 19, 60, 79] { #expect(pixel(canvas, row: 20, column: column).allSatisfy { $0 < 70 }) }
    }

    @Test func aLineSurroundsTheStrongerHalf() {
        let canvas = picture([1, 0, 1, 0])
        // Between the middles of the cells, columns 30 and 50, strength falls from 1 to 0: the line is half way.
        let bright = (30..<50).filter { pixel(canvas, row: 20, column: $0).allSatisfy { $0 > 200 } }
        #expect(bright == [39] || bright == [40])
    }

    @Test func aLargeFilmIsReduced() throws {
        let overlay = HeatOverlay(
            film: [Float](repeating: 0.2, count: 300 * 200), rows: 300, columns: 200,
            heat: HeatOverlay.Heat(strengths: [1], rows: 1, columns: 1, firstRow: 0, firstColumn: 0, coveredRows: 300, coveredColumns: 200))
        let canvas = overlay.canvas(longest: 90)
        #expect(canvas.height == 90 && canvas.width == 60)
        #expect(try canvas.png().starts(with: [0x89, 0x50, 0x4e, 0x47]))
    }
}
