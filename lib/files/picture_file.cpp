// SPDX-License-Identifier: MIT
#include "files/picture_file.hpp"

#include "files/encoded_picture.hpp"
#include "files/read_file.hpp"
#include "files/write_file.hpp"

#include "parallax/text.hpp"

#include <cstdlib>
#include <new>

namespace parallax {
namespace {

/// For the writer, which would ignore a failed allocation and write past the end of its buffer.
void* reallocate(void* before, std::size_t size) {
    void* const memory = std::realloc(before, size);
    if (memory == nullptr) {
        std::free(before);
        throw std::bad_alloc();
    }
    return memory;
}

} // namespace
} // namespace parallax

#define STBIW_MALLOC(size) parallax::reallocate(nullptr, size)
#define STBIW_REALLOC(memory, size) parallax::reallocate(memory, size)
#define STBIW_FREE(memory) std::free(memory)

// Compiled in and static: not every system has stb as a library, and a program that links this one
// may include its own copy.
#define STB_IMAGE_STATIC
#define STB_IMAGE_IMPLEMENTATION
#define STBI_ONLY_JPEG
#define STBI_ONLY_PNG
#include <stb/stb_image.h>
#define STB_IMAGE_WRITE_STATIC
#define STB_IMAGE_WRITE_IMPLEMENTATION
#include <stb/stb_image_write.h>

#include <algorithm>
#include <climits>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <utility>

namespace parallax {
namespace {

constexpr std::size_t largest_file = std::size_t{256} << 20;

/// stb's reason for a failure. It quotes names of parts of the file, which may be any four bytes.
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
        throw std::runtime_error(text::format("{} is larger than 2 GiB", name));
    }
    int width = 0;
    int height = 0;
    int channels = 0;
    const int length = static_cast<int>(content.size());
    if (stbi_info_from_memory(content.data(), length, &width, &height, &channels) == 0) {
        throw std::runtime_error(text::format(
            "{} cannot be read as a picture ({}); PNG and JPEG are accepted", name, failure()));
    }
    if (std::cmp_greater(width, largest_side) || std::cmp_greater(height, largest_side)) {
        throw std::runtime_error(text::format("{} is {}x{}; at most {} pixels a side are accepted",
                                              name, width, height, largest_side));
    }
    // A JPEG has at least one bit for each 8x8 pixels; stb would fill in missing pixels, which may
    // be a gigabyte.
    if (is_jpeg(content) &&
        Extent{static_cast<std::uint32_t>(width), static_cast<std::uint32_t>(height)}.pixels() /
                512 >
            content.size()) {
        throw std::runtime_error(text::format("{} is damaged: {} bytes cannot be {}x{} pixels",
                                              name, content.size(), width, height));
    }
    if (const auto end = cut_off_at(content)) {
        throw std::runtime_error(text::format(
            "{} is cut short: its data end at byte {}, before the end of the picture (no EOI "
            "marker); copy or download it again",
            name, *end));
    }
    const std::unique_ptr<stbi_uc, decltype(&stbi_image_free)> pixels(
        stbi_load_from_memory(content.data(), length, &width, &height, &channels, STBI_rgb_alpha),
        stbi_image_free);
    if (!pixels) {
        throw std::runtime_error(text::format("{} is damaged: {}", name, failure()));
    }
    Picture picture({static_cast<std::uint32_t>(width), static_cast<std::uint32_t>(height)});
    std::memcpy(picture.pixels().data(), pixels.get(), picture.pixels().size_bytes());
    return upright(std::move(picture), stated_orientation(content));
}

std::vector<char> encode_png(const Picture& picture, const std::string& name) {
    const Extent extent = picture.extent();
    if (extent.width > largest_side || extent.height > largest_side) { // stb counts bytes in int
        throw std::runtime_error(
            text::format("{}: a PNG of {}x{} is not written; at most {} pixels a "
                         "side are",
                         name, extent.width, extent.height, largest_side));
    }
    std::vector<char> png;
    if (stbi_write_png_to_func(append, &png, static_cast<int>(extent.width),
                               static_cast<int>(extent.height), STBI_rgb_alpha,
                               picture.pixels().data(), static_cast<int>(extent.width * 4)) == 0) {
        throw std::runtime_error(text::format("{}: cannot encode a {}x{} picture as PNG", name,
                                              extent.width, extent.height));
    }
    return png;
}

void save_png(const Picture& picture, const std::filesystem::path& file) {
    write_file(file, encode_png(picture, file.string()));
}

} // namespace parallax
