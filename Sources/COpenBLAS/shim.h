/* OpenBLAS's own header: cblas_sgemm and cblas_sgemv, openblas_set_num_threads, openblas_get_corename. */
#include <cblas.h>
