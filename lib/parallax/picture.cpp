// SPDX-License-Identifier: MIT
#include "parallax/picture.hpp"

#include "parallax/read_file.hpp"
#include "parallax/write_file.hpp"

// Compiled in here, and static: not every system has stb as a library, and a program that links
// this one may well bring its own.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wcast-qual"
#pragma GCC diagnostic ignored "-Wpedantic"
#pragma GCC diagnostic ignored "-Wshadow"
#pragma GCC diagnostic ignored "-Wsign-compare"
#pragma GCC diagnostic ignored "-Wunused-function"
#pragma GCC diagnostic ignored "-Wunused-parameter"
#define STB_IMAGE_STATIC
#define STB_IMAGE_IMPLEMENTATION
#define STBI_ONLY_JPEG
#define STBI_ONLY_PNG
#include <stb/stb_image.h>
#define STB_IMAGE_WRITE_STATIC
#define STB_IMAGE_WRITE_IMPLEMENTATION
#include <stb/stb_image_write.h>
#pragma GCC diagnostic pop

#include <algorithm>
#include <climits>
#include <cstring>
#include <format>
#include <memory>
#include <stdexcept>
#include <utility>

namespace parallax {
namespace {

constexpr std::uint32_t largest_side = 16384; // what Vulkan devices take at most
constexpr std::size_t largest_file = std::size_t{256} << 20;

bool is_jpeg(std::span<const unsigned char> content) {
    return content.size() > 1 && content[0] == 0xff && content[1] == 0xd8;
}

/// Why stb gave up. It quotes the names of parts of the file, which are any four bytes.
std::string_view failure() {
    const std::string_view reason = stbi_failure_reason();
    const bool readable =
        !reason.empty() && std::ranges::all_of(reason, [](char c) { return c >= ' ' && c <= '~'; });
    return readable ? reason : "a part of it is of no known kind";
}

void append(void* context, void* data, int size) {
    auto& out = *static_cast<std::vector<char>*>(context);
    const auto* const bytes = static_cast<const char*>(data);
    out.insert(out.end(), bytes, bytes + size);
}

} // namespace

Picture load_picture(const std::filesystem::path& file) {
    const std::string content = read_file(file, largest_file);
    return decode_picture({reinterpret_cast<const unsigned char*>(content.data()), content.size()},
                          file.string());
}

Picture decode_picture(std::span<const unsigned char> content, const std::string& name) {
    if (content.size() > INT_MAX) {
        throw std::runtime_error(std::format("{} is larger than 2 GiB", name));
    }
    int width = 0;
    int height = 0;
    int channels = 0;
    const int length = static_cast<int>(content.size());
    if (stbi_info_from_memory(content.data(), length, &width, &height, &channels) == 0) {
        throw std::runtime_error(std::format(
            "{} is no picture that can be read ({}); PNG and JPEG are accepted", name, failure()));
    }
    if (std::cmp_greater(width, largest_side) || std::cmp_greater(height, largest_side)) {
        throw std::runtime_error(std::format("{} is {}x{}; at most {} pixels a side are accepted",
                                             name, width, height, largest_side));
    }
    // A JPEG has a bit at least for each 8x8 pixels; stb would fill up what is missing, and that
    // may be a gigabyte.
    if (is_jpeg(content) &&
        Extent{static_cast<std::uint32_t>(width), static_cast<std::uint32_t>(height)}.pixels() /
                512 >
            content.size()) {
        throw std::runtime_error(std::format("{} is damaged: {} bytes cannot be {}x{} pixels", name,
                                             content.size(), width, height));
    }
    const std::unique_ptr<stbi_uc, decltype(&stbi_image_free)> pixels(
        stbi_load_from_memory(content.data(), length, &width, &height, &channels, STBI_rgb_alpha),
        stbi_image_free);
    if (!pixels) {
        throw std::runtime_error(std::format("{} is damaged: {}", name, failure()));
    }
    Picture picture({static_cast<std::uint32_t>(width), static_cast<std::uint32_t>(height)});
    std::memcpy(picture.pixels().data(), pixels.get(), picture.pixels().size_bytes());
    return picture;
}

void save_png(const Picture& picture, const std::filesystem::path& file) {
    const Extent extent = picture.extent();
    std::vector<char> png;
    if (stbi_write_png_to_func(append, &png, static_cast<int>(extent.width),
                               static_cast<int>(extent.height), STBI_rgb_alpha,
                               picture.pixels().data(), static_cast<int>(extent.width * 4)) == 0) {
        throw std::runtime_error(std::format("{}: cannot encode a {}x{} picture as PNG",
                                             file.string(), extent.width, extent.height));
    }
    write_file(file, png);
}

Picture test_pattern(Extent extent, std::uint32_t seed) {
    Picture picture(extent);
    for (std::uint32_t y = 0; y < extent.height; ++y) {
        for (std::uint32_t x = 0; x < extent.width; ++x) {
            // An integer hash of position and seed: no two rows, columns or pages look alike.
            std::uint32_t h = x * 0x9E3779B1u ^ y * 0x85EBCA77u ^ seed * 0xC2B2AE3Du;
            h = (h ^ h >> 15) * 0x2C1B3C6Du;
            h ^= h >> 13;
            picture.at(x, y) = {.r = static_cast<std::uint8_t>(h),
                                .g = static_cast<std::uint8_t>(h >> 8),
                                .b = static_cast<std::uint8_t>(h >> 16),
                                .a = static_cast<std::uint8_t>(h >> 24)};
        }
    }
    return picture;
}

} // namespace parallax
