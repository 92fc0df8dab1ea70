// SPDX-License-Identifier: MIT
#include "parallax/ipc/frame_message.hpp"

#include "parallax/image/pixels.hpp"

#include "parallax/image/picture.hpp"
#include "parallax/printable.hpp"

#include <drm_fourcc.h>

#include <algorithm>
#include <concepts>
#include <format>
#include <iterator>
#include <string_view>

namespace parallax::message {
namespace {

constexpr std::uint32_t magic = 0x584c'5250; // "PRLX", the first byte first

enum class Type : std::uint16_t { hello = 1, buffer, frame, done, farewell };

constexpr std::uint32_t most_buffers = 16;
constexpr std::uint64_t largest_stride = std::uint64_t{largest_side} * 64;
constexpr std::uint64_t largest_offset = std::uint64_t{1} << 40;

/// Appends integers, least significant byte first.
class Writer {
public:
    explicit Writer(Type type) {
        put(magic);
        put(version);
        put(static_cast<std::uint16_t>(type));
    }

    template <std::unsigned_integral Integer>
    void put(Integer value) {
        for (std::size_t i = 0; i < sizeof(Integer); ++i) {
            bytes_.push_back(static_cast<std::byte>(value >> (8 * i)));
        }
    }

    void put(std::string_view text) {
        std::ranges::copy(std::as_bytes(std::span(text)), std::back_inserter(bytes_));
    }

    [[nodiscard]] std::vector<std::byte> take() && { return std::move(bytes_); }

private:
    std::vector<std::byte> bytes_;
};

/// Reads integers from the front. Past the end it returns zeros and records that.
class Reader {
public:
    explicit Reader(std::span<const std::byte> bytes) : rest_(bytes) {}

    template <std::unsigned_integral Integer>
    Integer get() {
        if (rest_.size() < sizeof(Integer)) {
            short_ = true;
            rest_ = {};
            return 0;
        }
        std::uint64_t value = 0;
        for (std::size_t i = 0; i < sizeof(Integer); ++i) {
            value |= std::to_integer<std::uint64_t>(rest_[i]) << (8 * i);
        }
        rest_ = rest_.subspan(sizeof(Integer));
        return static_cast<Integer>(value);
    }

    std::string text() {
        std::string text;
        for (const std::byte byte : rest_) {
            text += static_cast<char>(byte);
        }
        rest_ = {};
        return text;
    }

    /// True if all bytes were read, and none was missing.
    [[nodiscard]] bool exact() const { return !short_ && rest_.empty(); }

private:
    std::span<const std::byte> rest_;
    bool short_ = false;
};

std::expected<void, std::string> check(const Buffer& buffer) {
    const ImageLayout& layout = buffer.layout;
    if (buffer.count == 0 || buffer.count > most_buffers || buffer.index >= buffer.count) {
        return std::unexpected(
            std::format("buffer {} of {} is none that can be", buffer.index, buffer.count));
    }
    if (layout.modifier != DRM_FORMAT_MOD_LINEAR) {
        return std::unexpected(
            std::format("modifier 0x{:x} is not LINEAR, the only one shared", layout.modifier));
    }
    const auto side_is_good = [](std::uint32_t side) { return side > 0 && side <= largest_side; };
    if (!side_is_good(layout.extent.width) || !side_is_good(layout.extent.height)) {
        return std::unexpected(std::format("a picture of {}x{} pixels is none", layout.extent.width,
                                           layout.extent.height));
    }
    if (layout.planes[0].stride < layout.row_bytes()) {
        return std::unexpected(std::format(
            "a stride of {} bytes is shorter than a row of {} {} pixels, which takes {}",
            layout.planes[0].stride, layout.extent.width, layout.format().name,
            layout.row_bytes()));
    }
    if (layout.planes[0].stride > largest_stride || layout.planes[0].offset > largest_offset ||
        layout.size() > buffer.size) {
        return std::unexpected(
            std::format("{}x{} {} with stride {} at offset {} does not fit in {} bytes",
                        layout.extent.width, layout.extent.height, layout.format().name,
                        layout.planes[0].stride, layout.planes[0].offset, buffer.size));
    }
    return {};
}

std::expected<Any, std::string> read_buffer(Reader& reader) {
    Buffer buffer;
    buffer.index = reader.get<std::uint32_t>();
    buffer.count = reader.get<std::uint32_t>();
    buffer.size = reader.get<std::uint64_t>();
    buffer.layout.extent.width = reader.get<std::uint32_t>();
    buffer.layout.extent.height = reader.get<std::uint32_t>();
    const auto fourcc = reader.get<std::uint32_t>();
    const auto reserved = reader.get<std::uint32_t>();
    buffer.layout.modifier = reader.get<std::uint64_t>();
    buffer.layout.planes[0].offset = reader.get<std::uint64_t>();
    buffer.layout.planes[0].stride = reader.get<std::uint64_t>();
    if (!reader.exact()) {
        return std::unexpected("a message about a buffer has the wrong length");
    }
    if (reserved != 0) {
        return std::unexpected("a reserved field is not zero");
    }
    buffer.layout.fourcc = fourcc;
    if (std::ranges::find(rgb_fourccs(), fourcc) == rgb_fourccs().end()) {
        return std::unexpected(std::format("format {} is not known; known are {}",
                                           fourcc_text(fourcc), rgb_format_names()));
    }
    if (auto good = check(buffer); !good) {
        return std::unexpected(good.error());
    }
    return buffer;
}

std::expected<Any, std::string> read_body(Type type, Reader& reader) {
    switch (type) {
    case Type::hello:
        return Hello{};
    case Type::buffer:
        return read_buffer(reader);
    case Type::frame: {
        Frame frame;
        frame.index = reader.get<std::uint32_t>();
        frame.sequence = reader.get<std::uint64_t>();
        frame.fingerprint = reader.get<std::uint64_t>();
        return frame;
    }
    case Type::done: {
        Done done;
        done.index = reader.get<std::uint32_t>();
        done.sequence = reader.get<std::uint64_t>();
        return done;
    }
    case Type::farewell:
        return Farewell{.sentence = printable(reader.text().substr(0, Farewell::longest))};
    }
    return std::unexpected(
        std::format("a message of type {} is not known", static_cast<std::uint16_t>(type)));
}

struct Encoder {
    std::vector<std::byte> operator()(const Hello& /*message*/) const {
        return Writer(Type::hello).take();
    }
    std::vector<std::byte> operator()(const Buffer& message) const {
        Writer writer(Type::buffer);
        writer.put(message.index);
        writer.put(message.count);
        writer.put(message.size);
        writer.put(message.layout.extent.width);
        writer.put(message.layout.extent.height);
        writer.put(message.layout.fourcc);
        writer.put(std::uint32_t{0}); // reserved
        writer.put(message.layout.modifier);
        writer.put(message.layout.planes[0].offset);
        writer.put(message.layout.planes[0].stride);
        return std::move(writer).take();
    }
    std::vector<std::byte> operator()(const Frame& message) const {
        Writer writer(Type::frame);
        writer.put(message.index);
        writer.put(message.sequence);
        writer.put(message.fingerprint);
        return std::move(writer).take();
    }
    std::vector<std::byte> operator()(const Done& message) const {
        Writer writer(Type::done);
        writer.put(message.index);
        writer.put(message.sequence);
        return std::move(writer).take();
    }
    std::vector<std::byte> operator()(const Farewell& message) const {
        Writer writer(Type::farewell);
        writer.put(std::string_view(message.sentence).substr(0, Farewell::longest));
        return std::move(writer).take();
    }
};

} // namespace

std::vector<std::byte> encode(const Any& message) {
    return std::visit(Encoder{}, message);
}

std::expected<Any, std::string> decode(std::span<const std::byte> bytes, std::size_t fds) {
    Reader reader(bytes);
    if (reader.get<std::uint32_t>() != magic) {
        return std::unexpected("the other side does not speak this protocol");
    }
    const auto spoken = reader.get<std::uint16_t>();
    const auto type = static_cast<Type>(reader.get<std::uint16_t>());
    // A farewell is the same in every version, so that sides of different versions understand it.
    if (spoken != version && type != Type::farewell) {
        return std::unexpected(std::format(
            "the other side speaks version {} of the protocol, this side version {}; use the same "
            "release of parallax on both sides",
            spoken, version));
    }
    auto message = read_body(type, reader);
    if (message && !reader.exact()) {
        return std::unexpected(std::format("a message of type {} has the wrong length ({} bytes)",
                                           static_cast<std::uint16_t>(type), bytes.size()));
    }
    const std::size_t wanted = type == Type::buffer ? 1 : 0;
    if (message && fds != wanted) {
        return std::unexpected(
            std::format("a message of type {} comes with {} file descriptors, not {}",
                        static_cast<std::uint16_t>(type), wanted, fds));
    }
    return message;
}

} // namespace parallax::message
