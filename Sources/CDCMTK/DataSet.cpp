// A data set read up to its pixel data, and the values in it.

#include "DataSet.h"
#include "Guarded.h"
#include "Log.h"

#include "dcmtk/dcmdata/dcdeftag.h"
#include "dcmtk/dcmdata/dcsequen.h"
#include "dcmtk/dcmdata/dcswap.h"
#include "dcmtk/dcmdata/dcxfer.h"

#include <memory>

#include <sys/stat.h>

namespace cdcmtk {

namespace {

// Float, Double Float and integer Pixel Data: the last attributes of an image that anything comes of (PS3.3 section C.7.6.24).
const DcmTagKey firstPixelTag(0x7fe0, 0x0008);
const DcmTagKey lastPixelTag(0x7fe0, 0x0010);

/// Reads the header of the element that the parser stopped at; false where that is no pixel data.
///
/// The parser leaves the stream behind that header. DCMTK would read the pixels themselves too, all frames of them.
bool readPixelElement(cdcmtk_data_set &dataSet, E_TransferSyntax syntax) {
    BoundedFileStream &stream = *dataSet.stream;
    const DcmXfer encoding(syntax);
    const offile_off_t longestElementHeader = 12;
    if (stream.tell() - stream.lastTag() > longestElementHeader) return false;
    stream.putback();
    const auto number = [&](size_t width) {
        Uint32 value = 0;
        if (stream.read(&value, static_cast<offile_off_t>(width)) != static_cast<offile_off_t>(width)) return Uint32(0);
        swapIfNecessary(gLocalByteOrder, encoding.getByteOrder(), &value, static_cast<Uint32>(width), width);
        return value;
    };
    const Uint32 group = number(2);
    cdcmtk_pixel_element &element = dataSet.pixelElement;
    element.element = static_cast<uint16_t>(number(2));
    const DcmTagKey key(static_cast<Uint16>(group), element.element);
    if (key != firstPixelTag && key != DcmTagKey(0x7fe0, 0x0009) && key != lastPixelTag) return false;
    if (encoding.isExplicitVR()) {
        stream.read(element.vr, 2);
        if (DcmVR(element.vr).usesExtendedLengthEncoding()) {
            number(2);
            element.length = number(4);
        } else {
            element.length = number(2);
        }
    } else {
        element.length = number(4);
    }
    element.is_big_endian = encoding.getByteOrder() == EBO_BigEndian;
    element.is_deflated = encoding.getStreamCompression() != ESC_none;
    element.available = element.is_deflated ? 0 : static_cast<uint64_t>(stream.DcmInputFileStream::avail());
    return true;
}

OFCondition read(cdcmtk_data_set &dataSet, const char *file, const cdcmtk_reading_limits &limits) {
    struct stat status;
    if (stat(file, &status) != 0) return failure("there is no such file, or it may not be read");
    if (!S_ISREG(status.st_mode)) return failure("it is no file");
    dataSet.stream.reset(new BoundedFileStream(file, limits.nesting_stack_bytes, limits.header_bytes));
    BoundedFileStream &stream = *dataSet.stream;
    if (!stream.good()) return stream.status();

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
    dataSet.hasPixelData = readPixelElement(dataSet, syntax);
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

size_t cdcmtk_items_of_sequence(const cdcmtk_item *item, uint32_t tag, const cdcmtk_item **items, size_t capacity) {
    size_t count = 0;
    char message[1];
    cdcmtk::guarded(message, sizeof message, [&] {
        DcmElement *element = cdcmtk::element(item, tag);
        if (!element || element->ident() != EVR_SQ) return EC_TagNotFound;
        auto *sequence = static_cast<DcmSequenceOfItems *>(element);
        // getItem(n) walks the list from its beginning.
        DcmObject *entry = nullptr;
        while (count < capacity && (entry = sequence->nextInContainer(entry))) {
            items[count++] = reinterpret_cast<const cdcmtk_item *>(static_cast<DcmItem *>(entry));
        }
        return EC_Normal;
    });
    return count;
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

bool cdcmtk_item_words(const cdcmtk_item *item, uint32_t tag, const uint16_t **words, size_t *count) {
    const cdcmtk::QuietThread quiet;
    char message[1];
    return cdcmtk::guarded(message, sizeof message, [&]() -> OFCondition {
        DcmElement *element = cdcmtk::element(item, tag);
        // No table has more than 65536 entries (PS3.3 section C.11.1.1.1).
        if (!element || element->getLengthField() > 2 * 65536) return EC_TagNotFound;
        OFCondition condition = EC_TagNotFound;
        if (element->ident() == EVR_SS) {
            Sint16 *found = nullptr;
            condition = element->getSint16Array(found);
            *words = reinterpret_cast<const uint16_t *>(found);
        } else {
            Uint16 *found = nullptr;
            condition = element->getUint16Array(found);
            *words = found;
        }
        *count = element->getLengthField() / 2;
        return condition.good() && !*words ? EC_TagNotFound : condition;
    });
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
