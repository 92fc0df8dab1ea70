// SPDX-License-Identifier: MIT
#include "options/picture_options.hpp"

#include "pictures.hpp"
#include "process/exit_status.hpp"

#include "files/picture_file.hpp"
#include "parallax/image/drawn_buffer.hpp"
#include "parallax/image/pixels.hpp"
#include "parallax/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace parallax::demo {
namespace {

std::optional<std::uint32_t> parse_side(std::string_view text) {
    std::uint32_t side = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), side);
    const bool whole = error == std::errc{} && end == text.data() + text.size();
    return whole && side > 0 && side <= largest_side ? std::optional(side) : std::nullopt;
}

} // namespace

Extent parse_extent(const char* option, const std::string& text) {
    const std::size_t cross = text.find('x');
    if (cross != std::string::npos) {
        const auto width = parse_side(std::string_view(text).substr(0, cross));
        const auto height = parse_side(std::string_view(text).substr(cross + 1));
        if (width && height) {
            return {.width = *width, .height = *height};
        }
    }
    throw CLI::ValidationError(
        option, text::format("'{}' is not a size; write WIDTHxHEIGHT, 1 to {} each, as in 640x480",
                             text, largest_side));
}

std::uint32_t parse_rgb_format(const std::string& name) {
    const Format* const format = find_format(name);
    if (format != nullptr && std::ranges::contains(rgb_fourccs(), format->fourcc)) {
        return format->fourcc;
    }
    throw CLI::ValidationError(
        "--format",
        format != nullptr
            ? text::format("the window takes no {}, which parallax render, share, scanout and "
                           "present do; choose one of {}",
                           format->name, rgb_format_names())
            : text::format("'{}' is not known; choose one of {}", name, rgb_format_names()));
}

YcbcrColour parse_colour_option(const std::string& text) {
    if (const auto colour = parse_colour(text)) {
        return *colour;
    }
    throw CLI::ValidationError(
        "--colour", text::format("'{}' is not known; join 601, 709 or 2020, limited or full, left, "
                                 "center or topleft by '-', as in 709-limited",
                                 text));
}

namespace {

bool any_format(const Format& /*format*/) {
    return true;
}

std::uint32_t parse_any_format(const std::string& name) {
    if (const Format* const format = find_format(name)) {
        return format->fourcc;
    }
    throw CLI::ValidationError("--format", text::format("'{}' is not known; choose one of {}", name,
                                                        format_names(any_format)));
}

PlanePlacement parse_placement(const std::string& text) {
    if (text == "one" || text == "each") {
        return text == "each" ? PlanePlacement::buffer_each : PlanePlacement::one_buffer;
    }
    throw CLI::ValidationError("--planes",
                               text::format("'{}' is not known; choose one or each", text));
}

ImportMethod parse_import(const std::string& name) {
    if (const auto method = find_import_method(name)) {
        return *method;
    }
    throw CLI::ValidationError(
        "--import", text::format("'{}' is not known; choose modifier, linear or buffer", name));
}

/// A file that cannot be read is a usage error.
Picture load_file(const std::string& file) try {
    return load_picture(file);
} catch (const std::runtime_error& error) {
    throw UsageError(error.what());
}

} // namespace

CLI::Option* add_planes_option(CLI::App& command, std::optional<PlanePlacement>& placement) {
    return command.add_option_function<std::string>(
        "--planes", [&placement](const std::string& text) { placement = parse_placement(text); },
        "Where planes lie: one, all in one dma-buf; each, in a dma-buf of its own; one by default");
}

void refuse_planes_of(const Format& format, std::optional<PlanePlacement> placement) {
    if (placement && format.plane_count == 1) {
        throw CLI::ValidationError(
            "--planes",
            text::format("{} has one plane; it is for {}", format.name,
                         format_names([](const Format& each) { return each.plane_count > 1; })));
    }
}

void PictureOptions::add_picture_to(CLI::App& command, FormatChoice formats) {
    command.add_option("--image", image,
                       "Picture to share, PNG or JPEG; by default one in the program");
    command.add_option_function<std::string>(
        "--size", [this](const std::string& text) { size = parse_extent("--size", text); },
        "WIDTHxHEIGHT to scale the picture to");
    const bool all = formats == FormatChoice::all;
    command.add_option_function<std::string>(
        "--format",
        [this, all](const std::string& text) {
            fourcc = all ? parse_any_format(text) : parse_rgb_format(text);
        },
        text::format("DRM format in the memory: {}; the first by default",
                     all ? format_names(any_format) : rgb_format_names()));
    if (!all) {
        return;
    }
    command.add_option_function<std::string>(
        "--colour", [this](const std::string& text) { colour = parse_colour_option(text); },
        colour_help);
    add_planes_option(command, placement);
    command.parse_complete_callback([this] { refuse_unfit(); });
}

void PictureOptions::refuse_unfit() const {
    const Format& format = format_of(fourcc);
    if (colour && !format.is_ycbcr) {
        throw CLI::ValidationError(
            "--colour",
            text::format("{} has no luma and chroma, whose meaning this is; it is for {}",
                         format.name, ycbcr_format_names()));
    }
    refuse_planes_of(format, placement);
}

void PictureOptions::add_to(CLI::App& command, FormatChoice formats) {
    add_picture_to(command, formats);
    command.add_option_function<std::string>(
        "--import", [this](const std::string& text) { method = parse_import(text); },
        "Use this import method only: modifier, linear or buffer; by default the best that works");
}

ImageLayout PictureOptions::layout(Extent extent) const {
    const ImageLayout layout =
        portable_layout(extent, fourcc, placement.value_or(PlanePlacement::one_buffer))
            .with(colour.value_or(YcbcrColour{}));
    constexpr std::array<std::uint64_t, 4> large{UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX};
    if (const std::string fault = fault_of(layout, large); !fault.empty()) {
        throw UsageError(fault + "; choose another --size");
    }
    return layout;
}

std::expected<DrawnBuffer, Reasons> PictureOptions::allocate(Exporter& exporter, Extent extent,
                                                             std::string_view name) const {
    if (format_of(fourcc).is_ycbcr) {
        return DrawnBuffer(exporter, layout(extent), name);
    }
    auto memory = allocate_picture(exporter, {.extent = extent, .fourcc = fourcc});
    if (!memory) {
        return std::unexpected(memory.error());
    }
    memory->buffer.set_name(name);
    return DrawnBuffer(*std::move(memory));
}

Picture PictureOptions::load() const {
    const Picture picture = image.empty() ? default_picture() : load_file(image);
    return resized(picture, size.value_or(picture.extent()));
}

} // namespace parallax::demo
