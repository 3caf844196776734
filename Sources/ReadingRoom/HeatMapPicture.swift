import DICOM
package import Inference
package import Pictures

/// A film with one of its heat maps over it, drawn anew from the file whenever somebody wants to see it: nothing is stored.
package enum HeatMapPicture {
    /// `map`: of this file's image, by `model`.
    package static func draw(file: String, map: HeatMap, model: Model, longest: Int = 1024) throws -> Canvas {
        let image = try PixelImage.decode(file: file)
        let region = model.description.preprocessing.region(rows: image.rows, columns: image.columns)
        let heat = HeatOverlay.Heat(
            strengths: map.strengths, rows: map.rows, columns: map.columns, firstRow: region.firstRow, firstColumn: region.firstColumn,
            coveredRows: region.rows, coveredColumns: region.columns)
        return HeatOverlay(film: image.values, rows: image.rows, columns: image.columns, heat: heat).canvas(longest: longest)
    }
}
