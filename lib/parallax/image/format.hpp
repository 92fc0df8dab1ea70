// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace parallax {

/// The place of a sample in a texel, which is read as one little-endian word; bit 0 is the lowest.
struct Component {
    std::uint32_t lowest = 0; ///< its lowest bit
    std::uint32_t bits = 0;   ///< 0: the texel has no such component

    bool operator==(const Component&) const = default;
    /// The largest sample.
    [[nodiscard]] constexpr std::uint32_t most() const noexcept {
        return static_cast<std::uint32_t>((std::uint64_t{1} << bits) - 1);
    }
};

/// One plane of a format, as an image of texels.
struct FormatPlane {
    std::uint32_t fourcc = 0; ///< of that image: DRM_FORMAT_R8, DRM_FORMAT_GR88, ...
    std::uint32_t bytes = 0;  ///< of a texel
    std::uint32_t width = 1;  ///< pixels of the picture that a texel covers in a row
    std::uint32_t height = 1; ///< rows of the picture that a texel covers
    /// Red, green, blue and alpha of a texel, as Vulkan samples that image; of YCbCr formats, luma
    /// and chroma lie in these.
    std::array<Component, 4> components{};
};

/// The place of a kind of samples of a YCbCr format.
struct SamplePlace {
    std::uint32_t plane = 0;     ///< index in Format::planes
    std::uint32_t component = 0; ///< index in FormatPlane::components
};

/// The places of all. Where a texel has two pixels, luma of the odd columns is another component.
struct YcbcrPlaces {
    SamplePlace luma;     ///< Y, of the even columns
    SamplePlace odd_luma; ///< Y, of the odd columns
    SamplePlace cb;       ///< of blue
    SamplePlace cr;       ///< of red
};

/// A DRM format, named as in drm_fourcc.h: the name of a packed format reads from the most to the
/// least significant bit of a little-endian word, so XRGB8888 lies in memory as B, G, R, X.
struct Format {
    std::string_view name;               ///< "XRGB8888"
    std::uint32_t fourcc = 0;            ///< DRM_FORMAT_XRGB8888
    bool has_alpha = false;              ///< an X channel reads as opaque
    bool is_ycbcr = false;               ///< luma and chroma; else red, green and blue
    bool is_float = false;               ///< samples are half floats; else normalized integers
    std::uint32_t plane_count = 1;       ///< valid entries of planes
    std::array<FormatPlane, 3> planes{}; ///< in the order of drm_fourcc.h
    YcbcrPlaces places{};                ///< of YCbCr formats

    /// Bytes of a texel of the first plane: of a pixel, in a packed format without subsampling.
    [[nodiscard]] constexpr std::uint32_t bytes() const noexcept { return planes[0].bytes; }

    /// Bits of the largest sample; 16 for half floats.
    [[nodiscard]] constexpr std::uint32_t depth() const noexcept {
        std::uint32_t most = 0;
        for (const Component& component : planes[0].components) {
            most = component.bits > most ? component.bits : most;
        }
        return most;
    }
    /// Pixels of the picture that share their chroma, in a row and in a column; 1 each for RGB.
    [[nodiscard]] constexpr std::uint32_t block_width() const noexcept {
        return planes[plane_count - 1].width;
    }
    /// The same for rows.
    [[nodiscard]] constexpr std::uint32_t block_height() const noexcept {
        return planes[plane_count - 1].height;
    }
};

/// Every format of the table: first red, green and blue, then one or two channels of these, then
/// luma and chroma.
[[nodiscard]] std::span<const Format> formats() noexcept;

/// "XRGB8888, ARGB8888, ...": those that are wanted, for messages and help.
[[nodiscard]] std::string format_names(bool (*wanted)(const Format&));

/// "YUYV, NV12, ...": those of luma and chroma.
[[nodiscard]] std::string ycbcr_format_names();

/// By fourcc; null if it is not in the table.
[[nodiscard]] const Format* find_format(std::uint32_t fourcc) noexcept;
/// By name, upper or lower case; null if it is not in the table.
[[nodiscard]] const Format* find_format(std::string_view name) noexcept;
/// By fourcc.
/// @throws std::invalid_argument if it is not in the table.
[[nodiscard]] const Format& format_of(std::uint32_t fourcc);

/// The conversion of a YCbCr format's samples to colours.
enum class YcbcrEncoding : std::uint32_t { bt601, bt709, bt2020 };
/// The range of a YCbCr format's samples.
enum class YcbcrRange : std::uint32_t {
    limited, ///< Y in 16..235, chroma in 16..240 of 255, as video has it
    full,    ///< all values, as JPEG has it
};
/// The place of a chroma sample among the pixels that share it.
enum class ChromaSiting : std::uint32_t {
    left,     ///< at the left column, between two rows: MPEG-2, H.264, HEVC
    center,   ///< in the middle: JPEG, MPEG-1
    top_left, ///< at the upper left pixel: UHD Blu-ray
};

/// The meaning of YCbCr samples. A value.
struct YcbcrColour {
    YcbcrEncoding encoding = YcbcrEncoding::bt601; ///< which luma and chroma
    YcbcrRange range = YcbcrRange::limited;        ///< of the samples
    ChromaSiting siting = ChromaSiting::left;      ///< of chroma with fewer samples than luma

    bool operator==(const YcbcrColour&) const = default;
};

/// "709-limited-left".
[[nodiscard]] std::string colour_text(const YcbcrColour& colour);

/// Reads colour_text(): the parts in any order, such as "709-limited"; those that are missing have
/// their defaults.
/// @return nothing if a part is not known.
[[nodiscard]] std::optional<YcbcrColour> parse_colour(std::string_view text);

/// True if encoding, range and siting are known values, which numbers from another process may not
/// be.
[[nodiscard]] bool is_known(const YcbcrColour& colour) noexcept;

} // namespace parallax
