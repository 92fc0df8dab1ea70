// SPDX-License-Identifier: MIT
#include "parallax/v4l2/device.hpp"

#include "parallax/printable.hpp"
#include "parallax/system_call.hpp"
#include "parallax/text.hpp"
#include "parallax/v4l2/pixel_codes.hpp"

#include <linux/videodev2.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>
#include <span>
#include <utility>

namespace parallax::v4l2 {
namespace {

YcbcrEncoding encoding_of(std::uint32_t encoding, std::uint32_t colorspace) {
    if (encoding == V4L2_YCBCR_ENC_DEFAULT) {
        encoding = V4L2_MAP_YCBCR_ENC_DEFAULT(colorspace);
    }
    switch (encoding) {
    case V4L2_YCBCR_ENC_709:
    case V4L2_YCBCR_ENC_XV709:
        return YcbcrEncoding::bt709;
    case V4L2_YCBCR_ENC_BT2020:
        return YcbcrEncoding::bt2020;
    default:
        return YcbcrEncoding::bt601;
    }
}

YcbcrRange range_of(std::uint32_t range, std::uint32_t colorspace) {
    if (range == V4L2_QUANTIZATION_DEFAULT) {
        range = V4L2_MAP_QUANTIZATION_DEFAULT(false, colorspace, V4L2_YCBCR_ENC_DEFAULT);
    }
    return range == V4L2_QUANTIZATION_FULL_RANGE ? YcbcrRange::full : YcbcrRange::limited;
}

std::string_view interlacing_of(std::uint32_t field) {
    switch (field) {
    case V4L2_FIELD_INTERLACED:
    case V4L2_FIELD_INTERLACED_TB:
    case V4L2_FIELD_INTERLACED_BT:
        return "interlaced: the lines of two fields in turn, which were taken at different times";
    case V4L2_FIELD_SEQ_TB:
    case V4L2_FIELD_SEQ_BT:
        return "interlaced: one field below the other";
    case V4L2_FIELD_ALTERNATE:
    case V4L2_FIELD_TOP:
    case V4L2_FIELD_BOTTOM:
        return "interlaced: each frame is one field, with every other line";
    default:
        return {};
    }
}

/// One buffer of a picture, as the device wants it.
struct Part {
    std::uint64_t stride = 0;
    std::uint32_t size = 0;
};

/// The planes of a picture in the buffers.
std::array<PlaneLayout, 4> planes_of(const Format& format, Extent extent,
                                     const std::vector<Part>& parts) {
    std::array<PlaneLayout, 4> planes{};
    std::uint64_t offset = 0; // in one buffer, planes are contiguous
    const FormatPlane& first = format.planes[0];
    for (std::uint32_t i = 0; i < format.plane_count; ++i) {
        const FormatPlane& plane = format.planes.at(i);
        if (parts.size() > 1) {
            planes.at(i) = {.buffer = i, .offset = 0, .stride = parts[i].stride};
            continue;
        }
        // The driver tells the stride of the first; the others have as many texels in theirs as
        // that has pixels.
        const std::uint64_t stride = parts[0].stride * first.width * plane.bytes /
                                     (std::uint64_t{first.bytes} * plane.width);
        planes.at(i) = {.buffer = 0, .offset = offset, .stride = stride};
        offset += stride * ((extent.height + plane.height - 1) / plane.height);
    }
    return planes;
}

/// A format of the kernel's, in the single-planar or the multi-planar API.
class KernelFormat {
public:
    explicit KernelFormat(std::uint32_t type) { format_.type = type; }

    [[nodiscard]] int call(const Device& device, unsigned long request) {
        return retry_ioctl(device.fd(), request, &format_);
    }
    [[nodiscard]] Extent extent() const {
        return multi() ? Extent{mp().width, mp().height} : Extent{pix().width, pix().height};
    }
    [[nodiscard]] std::uint32_t code() const {
        return multi() ? mp().pixelformat : pix().pixelformat;
    }
    void ask_for(Extent extent, std::uint32_t code) {
        const std::uint32_t type = format_.type;
        format_ = {};
        format_.type = type;
        if (multi()) {
            format_.fmt.pix_mp.width = extent.width;
            format_.fmt.pix_mp.height = extent.height;
            format_.fmt.pix_mp.pixelformat = code;
            format_.fmt.pix_mp.field = V4L2_FIELD_NONE;
        } else {
            format_.fmt.pix.width = extent.width;
            format_.fmt.pix.height = extent.height;
            format_.fmt.pix.pixelformat = code;
            format_.fmt.pix.field = V4L2_FIELD_NONE;
        }
    }
    [[nodiscard]] std::vector<Part> parts() const {
        if (!multi()) {
            return {{.stride = pix().bytesperline, .size = pix().sizeimage}};
        }
        std::vector<Part> parts;
        for (const auto& plane :
             std::span(mp().plane_fmt)
                 .first(std::clamp<std::size_t>(mp().num_planes, 1, VIDEO_MAX_PLANES))) {
            parts.push_back({.stride = plane.bytesperline, .size = plane.sizeimage});
        }
        return parts;
    }
    [[nodiscard]] std::uint32_t field() const { return multi() ? mp().field : pix().field; }
    [[nodiscard]] std::uint32_t colorspace() const {
        return multi() ? mp().colorspace : pix().colorspace;
    }
    [[nodiscard]] std::uint32_t encoding() const {
        return multi() ? mp().ycbcr_enc : pix().ycbcr_enc;
    }
    [[nodiscard]] std::uint32_t quantization() const {
        return multi() ? mp().quantization : pix().quantization;
    }

private:
    [[nodiscard]] bool multi() const { return is_multi_planar(format_.type); }
    [[nodiscard]] const v4l2_pix_format& pix() const { return format_.fmt.pix; }
    [[nodiscard]] const v4l2_pix_format_mplane& mp() const { return format_.fmt.pix_mp; }

    v4l2_format format_{};
};

/// The formats of a queue.
struct Codes {
    std::vector<std::uint32_t> all;
    bool compressed = true; ///< all of them: it is the queue of streams of a codec
};

Codes codes_of(const Device& device, std::uint32_t type) {
    Codes codes;
    v4l2_fmtdesc format{};
    for (format.type = type; retry_ioctl(device.fd(), VIDIOC_ENUM_FMT, &format) == 0;
         ++format.index) {
        codes.all.push_back(format.pixelformat);
        codes.compressed &= (format.flags & V4L2_FMT_FLAG_COMPRESSED) != 0;
    }
    return codes;
}

/// The device's code for the first wish that it has.
std::optional<std::uint32_t> choose(const std::vector<std::uint32_t>& codes,
                                    const FormatWishes& wishes) {
    for (const std::uint32_t fourcc : wishes.fourccs) {
        for (const bool each : {false, true}) {
            if (wishes.buffer_each_plane.value_or(each) != each) {
                continue;
            }
            const auto found = std::ranges::find_if(codes, [&](std::uint32_t code) {
                return pixel_code(code) == PixelCode{.fourcc = fourcc, .buffer_each_plane = each};
            });
            if (found != codes.end()) {
                return *found;
            }
        }
    }
    return std::nullopt;
}

std::string wanted(const FormatWishes& wishes) {
    return wishes.fourccs.size() == 1
               ? text::format("no {}{}", format_of(wishes.fourccs.front()).name,
                              wishes.buffer_each_plane.value_or(false)
                                  ? " with a buffer for each plane"
                                  : "")
               : "no format that is known here";
}

bool is_whole(Extent extent, const Format& format) {
    return std::ranges::all_of(
        std::span(format.planes).first(format.plane_count), [extent](const FormatPlane& plane) {
            return extent.width % plane.width == 0 && extent.height % plane.height == 0;
        });
}

} // namespace

bool is_multi_planar(std::uint32_t type) noexcept {
    return type == V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE || type == V4L2_BUF_TYPE_VIDEO_OUTPUT_MPLANE;
}

std::uint64_t StreamFormat::buffer_size(std::size_t buffer) const {
    constexpr std::uint64_t largest_chunk = std::uint64_t{2} << 20;
    const std::uint64_t bytes =
        std::max<std::uint64_t>(sizes.at(buffer), layout.size(static_cast<std::uint32_t>(buffer)));
    return bytes <= largest_chunk ? std::bit_ceil(bytes) : bytes;
}

std::expected<StreamFormat, Reasons> set_format(const Device& device, std::uint32_t type,
                                                const FormatWishes& wishes) {
    const auto [codes, compressed] = codes_of(device, type);
    const auto refuse = [&] {
        std::string has = codes.empty() ? "none at all" : joined(codes, ", ", fourcc_text);
        if (compressed && !codes.empty()) {
            has += ": compressed streams, in which there are no pixels to compare";
        }
        return std::unexpected(
            Reasons{text::format("{} has {}; it has {}", device.text(), wanted(wishes), has)});
    };
    const auto code = choose(codes, wishes);
    if (!code) {
        return refuse();
    }
    KernelFormat format(type);
    if (format.call(device, VIDIOC_G_FMT) != 0) {
        return std::unexpected(
            Reasons{text::format("{} tells no format: {}", device.text(), std::strerror(errno))});
    }
    format.ask_for(wishes.extent.value_or(format.extent()), *code);
    if (format.call(device, VIDIOC_S_FMT) != 0) {
        return std::unexpected(Reasons{text::format(
            "{} takes no format now: {}{}", device.text(), std::strerror(errno),
            errno == EBUSY ? "; end the program that uses it (fuser " + device.path() + ")" : "")});
    }
    if (format.code() != *code) {
        return refuse();
    }
    const Format& known = format_of(pixel_code(*code)->fourcc);
    const Extent extent = format.extent();
    if (!is_whole(extent, known)) {
        return std::unexpected(Reasons{text::format(
            "{} delivers {}x{}, and both sides must be even: in {}, pixels share their chroma",
            device.text(), extent.width, extent.height, known.name)});
    }
    const std::vector<Part> parts = format.parts();
    if (parts.size() != 1 && parts.size() != known.plane_count) {
        return std::unexpected(
            Reasons{text::format("{} has {} buffers for a picture in {}, which has {} planes",
                                 device.text(), parts.size(), known.name, known.plane_count)});
    }
    StreamFormat result{.layout = {.extent = extent,
                                   .fourcc = known.fourcc,
                                   .encoding = encoding_of(format.encoding(), format.colorspace()),
                                   .range = range_of(format.quantization(), format.colorspace()),
                                   .planes = planes_of(known, extent, parts)},
                        .sizes = {},
                        .interlacing = interlacing_of(format.field())};
    std::ranges::transform(parts, std::back_inserter(result.sizes), &Part::size);
    return result;
}

} // namespace parallax::v4l2
