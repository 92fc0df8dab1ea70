// SPDX-License-Identifier: MIT
//
// The parts of PNG and JPEG files that stb_image ignores. Exif: CIPA DC-008. JPEG: ITU-T
// T.81, annex B. PNG: W3C PNG, "eXIf".
#include "files/encoded_picture.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

namespace parallax {
namespace {

using Bytes = std::span<const unsigned char>;

constexpr std::string_view png_signature("\x89PNG\r\n\x1a\n", 8);
constexpr std::string_view exif_signature("Exif\0\0", 6);

bool begins_with(Bytes bytes, std::string_view text) {
    return bytes.size() >= text.size() &&
           std::ranges::equal(bytes.first(text.size()), text, {}, {},
                              [](char c) { return static_cast<unsigned char>(c); });
}

/// A number of @p size bytes; nothing beyond the end.
std::optional<std::size_t> number(Bytes bytes, std::size_t at, std::size_t size, bool little) {
    if (at > bytes.size() || bytes.size() - at < size) {
        return std::nullopt;
    }
    std::size_t value = 0;
    for (std::size_t i = 0; i < size; ++i) {
        value = value << 8 | bytes[little ? at + size - 1 - i : at + i];
    }
    return value;
}

/// The orientation in the first directory of a TIFF file, the format of Exif data.
Orientation orientation_in_tiff(Bytes tiff) {
    constexpr std::size_t orientation_tag = 0x0112;
    constexpr std::size_t short_type = 3;
    const bool little = begins_with(tiff, "II");
    const auto read = [&](std::size_t at, std::size_t size) {
        return number(tiff, at, size, little);
    };
    if ((!little && !begins_with(tiff, "MM")) || read(2, 2) != 42) {
        return 1;
    }
    const std::size_t directory = read(4, 4).value_or(tiff.size());
    const std::size_t entries = read(directory, 2).value_or(0);
    for (std::size_t i = 0; i < entries; ++i) {
        const std::size_t entry = directory + 2 + i * 12;
        const auto value = read(entry + 8, 2);
        if (!value) {
            return 1;
        }
        if (read(entry, 2) == orientation_tag && read(entry + 2, 2) == short_type) {
            return *value >= 1 && *value <= 8 ? static_cast<Orientation>(*value) : 1;
        }
    }
    return 1;
}

/// A part of a JPEG file: a marker and what belongs to it.
struct Segment {
    unsigned char marker = 0;
    Bytes content;
};

constexpr unsigned char start_of_image = 0xd8;
constexpr unsigned char end_of_image = 0xd9;
constexpr unsigned char start_of_scan = 0xda;
constexpr unsigned char app1 = 0xe1;

bool stands_alone(unsigned char marker) {
    return marker == 0x01 || (marker >= 0xd0 && marker <= end_of_image); // TEM, RSTn, SOI, EOI
}

/// Iterates over a JPEG file: calls @p visit for each segment until it returns false, or until the
/// end of the image. The coded pixels between the segments are skipped.
/// @return true if it reached either; false if the data ended first.
bool walk(Bytes jpeg, const auto& visit) {
    std::size_t at = 0;
    while (true) {
        // A marker is 0xff, repeated at will, and another byte; 0xff 0 is a coded 0xff.
        at = static_cast<std::size_t>(
            std::ranges::find(jpeg.subspan(at), static_cast<unsigned char>(0xff)) - jpeg.begin());
        while (at < jpeg.size() && jpeg[at] == 0xff) {
            ++at;
        }
        if (at >= jpeg.size()) {
            return false;
        }
        const unsigned char marker = jpeg[at++];
        if (marker == end_of_image) {
            return true;
        }
        if (marker == 0 || stands_alone(marker)) {
            continue;
        }
        const auto length = number(jpeg, at, 2, false);
        if (!length || *length < 2 || *length > jpeg.size() - at) {
            return false;
        }
        if (!visit(Segment{.marker = marker, .content = jpeg.subspan(at + 2, *length - 2)})) {
            return true;
        }
        at += *length;
    }
}

Orientation orientation_in_jpeg(Bytes jpeg) {
    Orientation orientation = 1;
    static_cast<void>(walk(jpeg, [&orientation](const Segment& segment) {
        if (segment.marker == app1 && begins_with(segment.content, exif_signature)) {
            orientation = orientation_in_tiff(segment.content.subspan(exif_signature.size()));
            return false;
        }
        return segment.marker != start_of_scan; // it comes before the pixels
    }));
    return orientation;
}

Orientation orientation_in_png(Bytes png) {
    std::size_t at = png_signature.size();
    while (const auto length = number(png, at, 4, false)) { // length, type, content, checksum
        const std::size_t content = at + 8;
        if (content > png.size() || png.size() - content < *length) {
            return 1;
        }
        if (begins_with(png.subspan(at + 4), "eXIf")) {
            return orientation_in_tiff(png.subspan(content, *length));
        }
        at = content + *length + 4;
    }
    return 1;
}

} // namespace

bool is_jpeg(Bytes content) {
    return content.size() > 2 && content[0] == 0xff && content[1] == start_of_image;
}

Orientation stated_orientation(Bytes content) {
    return begins_with(content, png_signature) ? orientation_in_png(content)
           : is_jpeg(content)                  ? orientation_in_jpeg(content)
                                               : 1;
}

std::optional<std::size_t> cut_off_at(Bytes jpeg) {
    if (!is_jpeg(jpeg) || walk(jpeg, [](const Segment&) { return true; })) {
        return std::nullopt;
    }
    return jpeg.size();
}

Picture upright(Picture picture, Orientation orientation) {
    // Exif states the sides of the scene at which row 0 and column 0 of the file are.
    constexpr std::array<bool, 9> swapped{false, false, false, false, false,
                                          true,  true,  true,  true};
    constexpr std::array<bool, 9> from_right{false, false, true, true, false,
                                             false, false, true, true};
    constexpr std::array<bool, 9> from_bottom{false, false, false, true, true,
                                              false, true,  true,  false};
    const auto index = static_cast<std::size_t>(orientation);
    if (orientation <= 1 || index >= swapped.size()) {
        return picture;
    }
    const Extent in = picture.extent();
    const Extent out = swapped[index] ? Extent{in.height, in.width} : in;
    Picture turned(out);
    for (std::uint32_t y = 0; y < out.height; ++y) {
        for (std::uint32_t x = 0; x < out.width; ++x) {
            const std::uint32_t column = swapped[index] ? y : x;
            const std::uint32_t row = swapped[index] ? x : y;
            turned.at(x, y) = picture.at(from_right[index] ? in.width - 1 - column : column,
                                         from_bottom[index] ? in.height - 1 - row : row);
        }
    }
    return turned;
}

} // namespace parallax
