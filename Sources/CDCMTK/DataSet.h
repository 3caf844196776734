#ifndef CDCMTK_DATA_SET_H
#define CDCMTK_DATA_SET_H

#include "BoundedFileStream.h"
#include "CDCMTK.h"

#include "dcmtk/dcmdata/dcfilefo.h"
#include "dcmtk/dcmdata/dcmetinf.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

/// A file's data set up to its pixel data, and the file itself, at the first byte of the pixel data's value.
struct cdcmtk_data_set {
    DcmFileFormat file;
    std::unique_ptr<cdcmtk::BoundedFileStream> stream;
    std::string transferSyntaxUID;
    bool hasPixelData = false;
    cdcmtk_pixel_element pixelElement = {};
    /// The first frame as it is encoded, its fragments joined.
    std::vector<uint8_t> encodedFrame;
};

namespace cdcmtk {

/// A failure of this target's own, in words.
inline OFCondition failure(const char *text) { return makeOFCondition(OFM_dcmdata, 1, OF_error, text); }

}  // namespace cdcmtk

#endif
