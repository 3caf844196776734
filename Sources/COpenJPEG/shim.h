/* OpenJPEG's own header: the decoder of JPEG 2000 codestreams. */
#include <openjpeg.h>
