// SPDX-License-Identifier: MIT
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>

// Half floats, IEEE 754 binary16: a sign, 5 bits of exponent, 10 of mantissa.
namespace parallax::detail {

/// The half float of n / 2048, n up to 2048: it is exact, and so is that of 1 - n / 2048.
constexpr std::uint16_t half_of_2048ths(std::uint32_t n) {
    if (n == 0) {
        return 0;
    }
    const auto highest = static_cast<std::uint32_t>(std::bit_width(n)) - 1; // 11 for one
    const std::uint32_t mantissa = highest > 10 ? n >> (highest - 10) : n << (10 - highest);
    return static_cast<std::uint16_t>((highest + 4) << 10 | (mantissa & 0x3FF));
}

/// Its value.
inline float value_of_half(std::uint16_t half) {
    const std::uint32_t exponent = half >> 10 & 0x1F;
    const float mantissa = static_cast<float>(half & 0x3FF);
    const float size = exponent == 0x1F ? (mantissa == 0 ? INFINITY : NAN)
                       : exponent == 0
                           ? std::ldexp(mantissa, -24)
                           : std::ldexp(mantissa + 1024, static_cast<int>(exponent) - 25);
    return (half & 0x8000) != 0 ? -size : size;
}

/// As 8 bits, as Vulkan converts to UNORM: clamped to 0 and 1, rounded to the nearest; NaN is 0.
inline std::uint8_t byte_of_half(std::uint16_t half) {
    const float value = value_of_half(half);
    return static_cast<std::uint8_t>(value > 1 ? 255 : value > 0 ? std::lround(value * 255) : 0);
}

} // namespace parallax::detail
