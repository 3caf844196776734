#ifdef BF16
#define HAS_BF16 1
#else
#define HAS_BF16 0
#endif

#define SET_OF(set_name)                                                                                                               \
    {                                                                                                                                  \
        .name = set_name,                                                                                                              \
        .lanes = LANES,                                                                                                                \
        .panel = PANEL,                                                                                                                \
        .winograd_tiles = WINOGRAD_TILES,                                                                                              \
        .pointwise = pointwise,                                                                                                        \
        .pointwise_bf16 = pointwise_bf16,                                                                                              \
        .has_bf16 = HAS_BF16,                                                                                                          \
        .convolution = convolution,                                                                                                    \
        .winograd = winograd,                                                                                                          \
        .winograd_gather = winograd_gather,                                                                                            \
        .winograd_scatter = winograd_scatter,                                                                                          \
        .depthwise = depthwise,                                                                                                        \
        .finish = finish,                                                                                                              \
        .rectify = rectify,                                                                                                            \
        .rectified_mean = rectified_mean,                                                                                              \
        .multiply_and_add = multiply_and_add,                                                                                          \
        .sums_at_a_time = TILE * PANEL,                                                                                                \
        .maximum = maximum,                                                                                                            \
    }
