// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/image/picture.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace parallax::detail {

/// A channel's bits in a pixel: that little-endian word, of which bit 0 is the lowest.
struct Channel {
    std::uint32_t lowest = 0; ///< its lowest bit
    std::uint32_t bits = 0;   ///< 0: the format has no such channel
};

/// The channels of a packed RGB format. Other bits are written as ones and not read.
struct Channels {
    Channel r, g, b, a{};
};

constexpr std::uint32_t largest(Channel channel) {
    return static_cast<std::uint32_t>((std::uint64_t{1} << channel.bits) - 1);
}

/// Scales from one maximum to another, rounding to the nearest.
constexpr std::uint32_t rescale(std::uint32_t value, std::uint32_t from, std::uint32_t to) {
    return (value * to + from / 2) / from;
}

/// Pixels of @p bytes bytes with these channels.
template <std::uint32_t bytes, Channels channels>
struct Packed {
    static_assert(bytes >= 1 && bytes <= 4);

    static void pack(std::span<const Rgba8> pixels, std::span<std::byte> row) {
        for (std::size_t i = 0; i < pixels.size(); ++i) {
            const Rgba8 pixel = pixels[i];
            const std::uint32_t word = unused | placed<channels.r>(pixel.r) |
                                       placed<channels.g>(pixel.g) | placed<channels.b>(pixel.b) |
                                       placed<channels.a>(pixel.a);
            std::memcpy(row.data() + bytes * i, &word, bytes);
        }
    }

    static void unpack(std::span<const std::byte> row, std::span<Rgba8> pixels) {
        for (std::size_t i = 0; i < pixels.size(); ++i) {
            std::uint32_t word = 0;
            std::memcpy(&word, row.data() + bytes * i, bytes);
            pixels[i] = {.r = taken<channels.r>(word),
                         .g = taken<channels.g>(word),
                         .b = taken<channels.b>(word),
                         .a = channels.a.bits > 0 ? taken<channels.a>(word) : std::uint8_t{255}};
        }
    }

private:
    static constexpr std::uint32_t unused =
        ~(largest(channels.r) << channels.r.lowest | largest(channels.g) << channels.g.lowest |
          largest(channels.b) << channels.b.lowest | largest(channels.a) << channels.a.lowest);

    template <Channel channel>
    static constexpr std::uint32_t placed(std::uint8_t value) {
        if constexpr (channel.bits == 0) {
            return 0;
        } else if constexpr (channel.bits == 8) {
            return std::uint32_t{value} << channel.lowest;
        } else {
            return rescale(value, 255, largest(channel)) << channel.lowest;
        }
    }

    template <Channel channel>
    static constexpr std::uint8_t taken(std::uint32_t word) {
        if constexpr (channel.bits == 0) {
            return 0;
        } else if constexpr (channel.bits == 8) {
            return static_cast<std::uint8_t>(word >> channel.lowest);
        } else {
            return static_cast<std::uint8_t>(
                rescale(word >> channel.lowest & largest(channel), largest(channel), 255));
        }
    }
};

} // namespace parallax::detail
