// SPDX-License-Identifier: MIT
#include "options/picture_options.hpp"

#include "pictures.hpp"
#include "report/exit_status.hpp"

#include "files/picture_file.hpp"
#include "parallax/image/pixels.hpp"

#include <algorithm>
#include <charconv>
#include <format>

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
        option, std::format("'{}' is not a size; write WIDTHxHEIGHT, 1 to {} each, as in 640x480",
                            text, largest_side));
}

std::uint32_t parse_rgb_format(const std::string& name) {
    const Format* const format = find_format(name);
    if (format != nullptr && std::ranges::contains(rgb_fourccs(), format->fourcc)) {
        return format->fourcc;
    }
    throw CLI::ValidationError(
        "--format", std::format("'{}' is not known; choose one of {}", name, rgb_format_names()));
}

namespace {

ImportMethod parse_import(const std::string& name) {
    if (const auto method = find_import_method(name)) {
        return *method;
    }
    throw CLI::ValidationError(
        "--import", std::format("'{}' is not known; choose modifier, linear or buffer", name));
}

/// A file that cannot be read is a usage error.
Picture load_file(const std::string& file) try {
    return load_picture(file);
} catch (const std::runtime_error& error) {
    throw UsageError(error.what());
}

} // namespace

void PictureOptions::add_picture_to(CLI::App& command) {
    command.add_option("--image", image,
                       "Picture to share, PNG or JPEG; by default one in the program");
    command.add_option_function<std::string>(
        "--size", [this](const std::string& text) { size = parse_extent("--size", text); },
        "WIDTHxHEIGHT to scale the picture to");
    command.add_option_function<std::string>(
        "--format", [this](const std::string& text) { fourcc = parse_rgb_format(text); },
        std::format("DRM format in the memory: {}; the first by default", rgb_format_names()));
}

void PictureOptions::add_to(CLI::App& command) {
    add_picture_to(command);
    command.add_option_function<std::string>(
        "--import", [this](const std::string& text) { method = parse_import(text); },
        "Use this import method only: modifier, linear or buffer; by default the best that works");
}

Picture PictureOptions::load() const {
    const Picture picture = image.empty() ? default_picture() : load_file(image);
    return resized(picture, size.value_or(picture.extent()));
}

} // namespace parallax::demo
