// libpng's simplified interface (png_image_*): it reports errors in the image, where the older one jumps.
#include <png.h>
