// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/image/format.hpp"
#include "parallax/image/half.hpp"
#include "parallax/image/picture.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace parallax::detail {

/// The channels of a format with one plane of red, green and blue. Other bits are written as ones
/// and not read.
struct Channels {
    Component r, g, b, a{};
    bool is_float = false; ///< half floats

    /// In Vulkan's order.
    [[nodiscard]] constexpr std::array<Component, 4> all() const { return {r, g, b, a}; }
};

/// The bits of a channel in its pixel.
constexpr std::uint64_t mask_of(Component channel) {
    return std::uint64_t{channel.most()} << channel.lowest;
}

/// Scales from one maximum to another, rounding to the nearest.
constexpr std::uint32_t rescale(std::uint32_t value, std::uint32_t from, std::uint32_t to) {
    return (value * to + from / 2) / from;
}

/// A channel of 8 bits as one of @p most: the nearest sample; or where several are as near, one
/// that depends on @p grain, so that all bits of the sample are used.
constexpr std::uint32_t deepened(std::uint8_t value, std::uint32_t most, std::uint32_t grain) {
    if (most <= 255) {
        return rescale(value, 255, most);
    }
    const std::uint32_t reach = (most / 255 - 1) / 2; // samples to both sides that are as near
    const std::uint32_t sample = rescale(value, 255, most) + grain % (2 * reach + 1);
    return std::min(sample < reach ? 0 : sample - reach, most);
}

/// Pixels of @p bytes bytes with these channels.
template <std::uint32_t bytes, Channels channels>
struct Packed {
    static_assert(bytes >= 1 && bytes <= 8);
    using Word = std::uint64_t;

    static void pack(std::span<const Rgba8> pixels, std::span<std::byte> row) {
        for (std::size_t i = 0; i < pixels.size(); ++i) {
            const Rgba8 pixel = pixels[i];
            // A multiplicative hash: neighbours differ, in channels too.
            const std::uint32_t grain = static_cast<std::uint32_t>(i) * 0x9E3779B1U >> 8U;
            const Word word = unused | placed<channels.r>(pixel.r, grain) |
                              placed<channels.g>(pixel.g, grain * 3) |
                              placed<channels.b>(pixel.b, grain * 7) |
                              placed<channels.a>(pixel.a, grain * 11);
            std::memcpy(row.data() + bytes * i, &word, bytes);
        }
    }

    static void unpack(std::span<const std::byte> row, std::span<Rgba8> pixels) {
        for (std::size_t i = 0; i < pixels.size(); ++i) {
            Word word = 0;
            std::memcpy(&word, row.data() + bytes * i, bytes);
            pixels[i] = {.r = taken<channels.r>(word),
                         .g = taken<channels.g>(word),
                         .b = taken<channels.b>(word),
                         .a = channels.a.bits > 0 ? taken<channels.a>(word) : std::uint8_t{255}};
        }
    }

private:
    static constexpr Word unused =
        ~(mask_of(channels.r) | mask_of(channels.g) | mask_of(channels.b) | mask_of(channels.a));

    template <Component channel>
    static constexpr Word placed(std::uint8_t value, std::uint32_t grain) {
        if constexpr (channel.bits == 0) {
            return 0;
        } else if constexpr (channels.is_float) {
            return Word{half_of_2048ths(deepened(value, 2048, grain))} << channel.lowest;
        } else if constexpr (channel.bits == 8) {
            return Word{value} << channel.lowest;
        } else {
            return Word{deepened(value, channel.most(), grain)} << channel.lowest;
        }
    }

    template <Component channel>
    static constexpr std::uint8_t taken(Word word) {
        const auto sample = static_cast<std::uint32_t>(word >> channel.lowest & channel.most());
        if constexpr (channel.bits == 0) {
            return 0;
        } else if constexpr (channels.is_float) {
            return byte_of_half(static_cast<std::uint16_t>(sample));
        } else if constexpr (channel.bits == 8) {
            return static_cast<std::uint8_t>(sample);
        } else {
            return static_cast<std::uint8_t>(rescale(sample, channel.most(), 255));
        }
    }
};

} // namespace parallax::detail
