// A data set read up to its pixel data, and the values in it.

#include "BoundedFileStream.h"
#include "CDCMTK.h"
#include "Guarded.h"
#include "Log.h"

#include "dcmtk/dcmdata/dcdeftag.h"
#include "dcmtk/dcmdata/dcfilefo.h"
#include "dcmtk/dcmdata/dcmetinf.h"
#include "dcmtk/dcmdata/dcsequen.h"
#include "dcmtk/dcmdata/dcswap.h"
#include "dcmtk/dcmdata/dcxfer.h"

#include <memory>
#include <string>

#include <sys/stat.h>

struct cdcmtk_data_set {
    DcmFileFormat file;
    std::string transferSyntaxUID;
    bool hasPixelData = false;
    uint32_t maximumValueBytes = 0;
};

namespace cdcmtk {

namespace {

// Float, Double Float and integer Pixel Data: the last attributes of an image that anything comes of (PS3.3 section C.7.6.24).
const DcmTagKey firstPixelTag(0x7fe0, 0x0008);
const DcmTagKey lastPixelTag(0x7fe0, 0x0010);

OFCondition failure(const char *text) { return makeOFCondition(OFM_dcmdata, 1, OF_error, text); }

/// Whether the parser stopped at pixel data: it leaves the stream behind the header of the element that it stopped at.
bool stoppedAtPixelData(BoundedFileStream &stream, E_TransferSyntax syntax) {
    const offile_off_t longestElementHeader = 12;
    if (stream.tell() - stream.lastTag() > longestElementHeader) return false;
    stream.putback();
    Uint16 tag[2] = {};
    if (stream.read(tag, sizeof tag) != static_cast<offile_off_t>(sizeof tag)) return false;
    swapIfNecessary(gLocalByteOrder, DcmXfer(syntax).getByteOrder(), tag, sizeof tag, sizeof tag[0]);
    const DcmTagKey key(tag[0], tag[1]);
    return key == firstPixelTag || key == DcmTagKey(0x7fe0, 0x0009) || key == lastPixelTag;
}

OFCondition read(cdcmtk_data_set &dataSet, const char *file, const cdcmtk_reading_limits &limits) {
    struct stat status;
    if (stat(file, &status) != 0) return failure("there is no such file, or it may not be read");
    if (!S_ISREG(status.st_mode)) return failure("it is no file");
    BoundedFileStream stream(file, limits.nesting_stack_bytes, limits.header_bytes);
    if (!stream.good()) return stream.status();

    dataSet.maximumValueBytes = limits.value_bytes;
    dataSet.file.transferInit();
    const OFCondition condition = dataSet.file.readUntilTag(stream, EXS_Unknown, EGL_noChange, limits.value_bytes, firstPixelTag);
    dataSet.file.transferEnd();
    if (stream.excess()) return failure(stream.excess());
    if (condition == EC_StreamNotifyClient || condition == EC_InvalidStream) return failure("the data set is cut off");
    if (condition.bad()) return condition;

    DcmDataset *root = dataSet.file.getDataset();
    if (!root || root->isEmpty()) return failure("it holds no data set");
    const E_TransferSyntax syntax = root->getOriginalXfer();
    const char *uid = nullptr;
    if (dataSet.file.getMetaInfo()->findAndGetString(DCM_TransferSyntaxUID, uid).bad() || !uid) {
        // What does not say how it is encoded is an object only if it makes sense as one.
        if (!root->tagExists(DCM_SOPClassUID)) return failure("it is no DICOM file");
        uid = DcmXfer(syntax).getXferID();
    }
    dataSet.transferSyntaxUID = uid;
    dataSet.hasPixelData = stoppedAtPixelData(stream, syntax);
    return EC_Normal;
}

DcmItem *itemOf(const cdcmtk_item *item) { return reinterpret_cast<DcmItem *>(const_cast<cdcmtk_item *>(item)); }

DcmElement *element(const cdcmtk_item *item, uint32_t tag) {
    DcmElement *found = nullptr;
    const DcmTagKey key(static_cast<Uint16>(tag >> 16), static_cast<Uint16>(tag & 0xffff));
    return itemOf(item)->findAndGetElement(key, found).good() ? found : nullptr;
}

template <typename Number, typename Get>
bool number(Get get, int64_t *value) {
    Number found = 0;
    if (get(found).bad()) return false;
    *value = static_cast<int64_t>(found);
    return true;
}

}  // namespace

}  // namespace cdcmtk

extern "C" {

cdcmtk_data_set *cdcmtk_data_set_read(const char *file, const cdcmtk_reading_limits *limits, char *message, size_t capacity) {
    const cdcmtk::QuietThread quiet;
    std::unique_ptr<cdcmtk_data_set> dataSet;
    const bool isRead = cdcmtk::guarded(message, capacity, [&] {
        dataSet.reset(new cdcmtk_data_set);
        return cdcmtk::read(*dataSet, file, *limits);
    });
    return isRead ? dataSet.release() : nullptr;
}

void cdcmtk_data_set_free(cdcmtk_data_set *dataSet) { delete dataSet; }

const cdcmtk_item *cdcmtk_data_set_root(const cdcmtk_data_set *dataSet) {
    DcmItem *root = const_cast<cdcmtk_data_set *>(dataSet)->file.getDataset();
    return reinterpret_cast<const cdcmtk_item *>(root);
}

const char *cdcmtk_data_set_transfer_syntax_uid(const cdcmtk_data_set *dataSet) { return dataSet->transferSyntaxUID.c_str(); }

bool cdcmtk_data_set_has_pixel_data(const cdcmtk_data_set *dataSet) { return dataSet->hasPixelData; }

const cdcmtk_item *cdcmtk_item_of_sequence(const cdcmtk_item *item, uint32_t tag, size_t index) {
    const DcmItem *found = nullptr;
    char message[1];
    cdcmtk::guarded(message, sizeof message, [&] {
        DcmElement *element = cdcmtk::element(item, tag);
        if (!element || element->ident() != EVR_SQ) return EC_TagNotFound;
        auto *sequence = static_cast<DcmSequenceOfItems *>(element);
        if (index < sequence->card()) found = sequence->getItem(index);
        return EC_Normal;
    });
    return reinterpret_cast<const cdcmtk_item *>(found);
}

cdcmtk_value cdcmtk_item_text(const cdcmtk_item *item, uint32_t tag, uint32_t maximumBytes, const uint8_t **bytes, size_t *count) {
    cdcmtk_value result = cdcmtk_value_absent;
    char message[1];
    const bool isRead = cdcmtk::guarded(message, sizeof message, [&] {
        const cdcmtk::QuietThread quiet;
        DcmElement *element = cdcmtk::element(item, tag);
        if (!element) return EC_Normal;
        if (element->getLengthField() > maximumBytes) {
            result = cdcmtk_value_too_long;
            return EC_Normal;
        }
        char *text = nullptr;
        Uint32 length = 0;
        // A sender that does not know an attribute writes it as UN (PS3.5 section 6.2.2).
        if (element->ident() == EVR_UN) {
            Uint8 *raw = nullptr;
            length = element->getLengthField();
            if (element->getUint8Array(raw).bad()) return EC_Normal;
            text = reinterpret_cast<char *>(raw);
        } else if (!element->isaString() || element->getString(text, length).bad()) {
            return EC_Normal;
        }
        if (!text || length == 0) return EC_Normal;
        *bytes = reinterpret_cast<const uint8_t *>(text);
        *count = length;
        result = cdcmtk_value_present;
        return EC_Normal;
    });
    return isRead ? result : cdcmtk_value_absent;
}

bool cdcmtk_item_integer(const cdcmtk_item *item, uint32_t tag, size_t index, int64_t *value) {
    char message[1];
    bool isNumber = false;
    cdcmtk::guarded(message, sizeof message, [&] {
        const cdcmtk::QuietThread quiet;
        DcmElement *element = cdcmtk::element(item, tag);
        if (!element) return EC_Normal;
        const auto position = static_cast<unsigned long>(index);
        switch (element->ident()) {
            case EVR_US:
            case EVR_xs:
                isNumber = cdcmtk::number<Uint16>([&](Uint16 &found) { return element->getUint16(found, position); }, value);
                break;
            case EVR_SS:
                isNumber = cdcmtk::number<Sint16>([&](Sint16 &found) { return element->getSint16(found, position); }, value);
                break;
            case EVR_UL:
                isNumber = cdcmtk::number<Uint32>([&](Uint32 &found) { return element->getUint32(found, position); }, value);
                break;
            case EVR_SL:
                isNumber = cdcmtk::number<Sint32>([&](Sint32 &found) { return element->getSint32(found, position); }, value);
                break;
            default: break;
        }
        return EC_Normal;
    });
    return isNumber;
}

}  // extern "C"
