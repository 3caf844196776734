// The products and convolutions of the best set of the processor at hand against plain loops in double precision, on random shapes: for
// processors that only an emulator has. The Swift tests do more wherever they run (pooling, normalisation, skips, slices, shares);
// this needs nothing but a C library.
//
// As the first process of a system (scripts/emulate boots it so) it writes to the serial port and never ends.
#include "CKernels.h"
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static unsigned long state = 1;

static unsigned long draw(void) {
    state = state * 6364136223846793005ul + 1442695040888963407ul;
    return state >> 33;
}

static long between(long low, long high) { return low + (long)(draw() % (unsigned long)(high - low + 1)); }

// −1…1; 64 floats beyond the last, which kernels may load and never use.
static float *values(long count) {
    float *made = malloc(sizeof(float) * (size_t)(count + 64));
    for (long index = 0; index < count + 64; index++) made[index] = (float)draw() / 1073741824.0f - 1;
    return made;
}

static double bf16(double value) {
    float rounded = (float)value;
    unsigned bits;
    memcpy(&bits, &rounded, sizeof bits);
    bits = (bits + 0x7fff + ((bits >> 16) & 1)) & 0xffff0000;
    memcpy(&rounded, &bits, sizeof bits);
    return rounded;
}

// NaN counts as the worst there is.
static double larger(double worst, double difference) { return difference <= worst ? worst : difference == difference ? difference : INFINITY; }

static double bounded(double value, KernelEpilogue epilogue) {
    return value < epilogue.lower ? epilogue.lower : value > epilogue.upper ? epilogue.upper : value;
}

static double pointwise(const KernelSet *set, int is_rounded) {
    double worst = 0;
    for (int round = 0; round < 24; round++) {
        const long pixels = between(1, 130), inner = between(1, 600), outer = between(1, 70);
        float *input = values(pixels * inner), *weights = values(inner * outer), *bias = values(outer), *output = values(pixels * outer);
        float *scale = values(inner), *shift = values(inner), *scratch = values(pointwise_scratch(inner));
        float *packed = values(is_rounded ? packed_pairs_count(set->panel, inner, outer) : packed_count(set->panel, inner, outer));
        (is_rounded ? pack_weight_pairs : pack_weights)(set->panel, weights, inner, outer, packed);
        const int is_rectified = round % 2;
        KernelPointwise layer = {input, inner, inner, is_rectified ? scale : 0, shift, packed, outer, {output, pixels, outer, 0}, {bias, {0}, 0, 6}, scratch};
        (is_rounded ? set->pointwise_bf16 : set->pointwise)(&layer, 0, pixels);
        for (long pixel = 0; pixel < pixels; pixel++)
            for (long column = 0; column < outer; column++) {
                double sum = bias[column];
                for (long channel = 0; channel < inner; channel++) {
                    double value = input[pixel * inner + channel], weight = weights[channel * outer + column];
                    if (is_rectified) value = fmax(0, fmaf((float)value, scale[channel], shift[channel]));
                    sum += is_rounded ? bf16(value) * bf16(weight) : value * weight;
                }
                worst = larger(worst, fabs(bounded(sum, layer.epilogue) - output[pixel * outer + column]));
            }
    }
    return worst;
}

static double winograd(const KernelSet *set) {
    double worst = 0;
    for (int round = 0; round < 12; round++) {
        const long rows = between(1, 20), columns = between(1, 20), inner = 16 * between(1, 3), outer = between(1, 40), wide = columns + 2;
        float *input = values((rows + 2) * wide * inner), *weights = values(9 * inner * outer), *output = values(rows * columns * outer);
        for (long row = 0; row < rows + 2; row++)
            for (long column = 0; column < wide; column++)
                if (row == 0 || row == rows + 1 || column == 0 || column == columns + 1)
                    memset(input + (row * wide + column) * inner, 0, sizeof(float) * (size_t)inner);
        float *transformed = values(winograd_count(set->panel, inner, outer)), *scratch = values(winograd_scratch(set, inner, outer));
        winograd_weights(set->panel, weights, inner, outer, transformed);
        KernelWinograd layer = {input, inner, wide * inner, inner, transformed, outer, rows, columns, {output, columns, outer, columns * outer},
                                {0, {0}, -INFINITY, INFINITY}, scratch};
        set->winograd(&layer, 0, (rows + 3) / 4 * ((columns + 3) / 4));
        for (long pixel = 0; pixel < rows * columns; pixel++)
            for (long to = 0; to < outer; to++) {
                double sum = 0;
                for (long tap = 0; tap < 9; tap++)
                    for (long channel = 0; channel < inner; channel++)
                        sum += (double)input[((pixel / columns + tap / 3) * wide + pixel % columns + tap % 3) * inner + channel] *
                               weights[(tap * inner + channel) * outer + to];
                worst = larger(worst, fabs(sum - output[pixel * outer + to]));
            }
    }
    return worst;
}

static double depthwise(const KernelSet *set) {
    double worst = 0;
    for (int round = 0; round < 32; round++) {
        const long kernel = 3 + 2 * (round % 3), stride = 1 + round / 3 % 2, side = between(1, 30), channels = between(1, 80);
        const long from = (side - 1) * stride + kernel;
        float *input = values(from * from * channels), *weights = values(kernel * kernel * channels), *bias = values(channels);
        float *output = values(side * side * channels);
        KernelDepthwise layer = {input, stride * channels, stride * from * channels, channels, from * channels, kernel, channels, weights,
                                 {output, side, channels, side * channels}, {bias, {0}, 0, 6}};
        set->depthwise(&layer, 0, side);
        for (long pixel = 0; pixel < side * side; pixel++)
            for (long channel = 0; channel < channels; channel++) {
                double sum = bias[channel];
                for (long tap = 0; tap < kernel * kernel; tap++)
                    sum += (double)input[((pixel / side * stride + tap / kernel) * from + pixel % side * stride + tap % kernel) * channels + channel] *
                           weights[tap * channels + channel];
                worst = larger(worst, fabs(bounded(sum, layer.epilogue) - output[pixel * channels + channel]));
            }
    }
    return worst;
}

static double convolution(const KernelSet *set) {
    double worst = 0;
    for (int round = 0; round < 12; round++) {
        const long kernel = 1 + 2 * (round % 4), stride = 1 + round / 4 % 2, side = between(1, 14), inner = between(1, 9), outer = between(1, 70);
        const long from = (side - 1) * stride + kernel, taps = kernel * kernel;
        float *input = values(from * from * inner), *weights = values(taps * inner * outer), *output = values(side * side * outer);
        float *packed = values(packed_count(set->panel, taps * inner, outer));
        pack_weights(set->panel, weights, taps * inner, outer, packed);
        KernelConvolution layer = {input, stride * inner, stride * from * inner, from * inner, kernel, kernel * inner, packed, outer,
                                   {output, side, outer, side * outer}, {0, {0}, 0, INFINITY}};
        set->convolution(&layer, 0, side);
        for (long pixel = 0; pixel < side * side; pixel++)
            for (long to = 0; to < outer; to++) {
                double sum = 0;
                for (long tap = 0; tap < taps; tap++)
                    for (long channel = 0; channel < inner; channel++)
                        sum += (double)input[((pixel / side * stride + tap / kernel) * from + pixel % side * stride + tap % kernel) * inner + channel] *
                               weights[(tap * inner + channel) * outer + to];
                worst = larger(worst, fabs(bounded(sum, layer.epilogue) - output[pixel * outer + to]));
            }
    }
    return worst;
}

static int failures;

static void report(const char *name, double difference, double tolerance) {
    const int is_right = difference <= tolerance;
    failures += !is_right;
    printf("%-16s largest difference %.1e%s\n", name, difference, is_right ? "" : "  WRONG");
}

int main(void) {
    const int is_first = getpid() == 1;
    if (is_first) {
        const int port = open("/dev/ttyS0", O_WRONLY);
        dup2(port, 1);
        dup2(port, 2);
    }
    setvbuf(stdout, 0, _IONBF, 0);
    const KernelSet *set = kernel_set(0);
    printf("kernels: %s\n", set->name);
    report("1x1", pointwise(set, 0), 1e-4);
    report("1x1 in bf16", pointwise(set, 1), 1e-3);
    report("3x3, Winograd", winograd(set), 2e-3);
    report("depthwise", depthwise(set), 1e-4);
    report("convolution", convolution(set), 1e-4);
    printf("%s\n", failures ? "failed" : "passed");
    while (is_first) pause();
    return failures != 0;
}
