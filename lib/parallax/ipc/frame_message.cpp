// SPDX-License-Identifier: MIT
#include "parallax/ipc/frame_message.hpp"

#include "parallax/image/picture.hpp"
#include "parallax/image/pixels.hpp"
#include "parallax/printable.hpp"
#include "parallax/text.hpp"

#include <drm_fourcc.h>

#include <algorithm>
#include <concepts>
#include <iterator>
#include <string_view>
#include <utility>

namespace parallax::message {
namespace {

constexpr std::uint32_t magic = 0x584c'5250; // "PRLX", the first byte first

enum class Type : std::uint16_t { hello = 1, buffer, frame, done, farewell };

constexpr std::uint32_t most_buffers = 16;
constexpr std::uint32_t most_dma_bufs = 4; // of a buffer: UnixSocket::most_fds
constexpr std::uint64_t largest_stride = std::uint64_t{largest_side} * 64;
constexpr std::uint64_t largest_offset = std::uint64_t{1} << 40;

/// Appends integers, least significant byte first.
class Writer {
public:
    Writer(Type type, std::uint16_t spoken) {
        put(magic);
        put(spoken);
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
            text::format("buffer {} of {} is none that can be", buffer.index, buffer.count));
    }
    if (layout.modifier != DRM_FORMAT_MOD_LINEAR) {
        return std::unexpected(
            text::format("modifier 0x{:x} is not LINEAR, the only one shared", layout.modifier));
    }
    const auto side_is_good = [](std::uint32_t side) { return side > 0 && side <= largest_side; };
    if (!side_is_good(layout.extent.width) || !side_is_good(layout.extent.height)) {
        return std::unexpected(text::format("a picture of {}x{} pixels is none",
                                            layout.extent.width, layout.extent.height));
    }
    for (std::size_t i = 0; i < layout.format().plane_count; ++i) {
        if (layout.planes.at(i).stride > largest_stride ||
            layout.planes.at(i).offset > largest_offset) {
            return std::unexpected(text::format("no picture of {}x{} {} has stride {} at offset {}",
                                                layout.extent.width, layout.extent.height,
                                                layout.format().name, layout.planes.at(i).stride,
                                                layout.planes.at(i).offset));
        }
    }
    if (layout.buffer_count() != buffer.sizes.size()) {
        return std::unexpected(text::format("planes lie in {} dma-bufs, and {} are sent",
                                            layout.buffer_count(), buffer.sizes.size()));
    }
    if (std::string fault = fault_of(layout, buffer.sizes); !fault.empty()) {
        return std::unexpected(std::move(fault));
    }
    return {};
}

/// True if it is known and this version may say it.
std::expected<void, std::string> check_format(std::uint32_t fourcc, std::uint16_t spoken) {
    if (find_format(fourcc) == nullptr ||
        !can_say({.extent = {}, .fourcc = fourcc, .planes = {}}, spoken)) {
        return std::unexpected(text::format(
            "format {} is not known; known are {}", fourcc_text(fourcc),
            spoken == first_version ? rgb_format_names()
                                    : format_names([](const Format& /*any*/) { return true; })));
    }
    return {};
}

/// The parts that follow the format in version 1, and have one plane.
void read_first_version(Reader& reader, Buffer& buffer) {
    buffer.layout.modifier = reader.get<std::uint64_t>();
    buffer.layout.planes[0].offset = reader.get<std::uint64_t>();
    buffer.layout.planes[0].stride = reader.get<std::uint64_t>();
}

/// The parts that follow the format in version 2.
/// @return what is wrong with them; empty if nothing.
std::string read_planes(Reader& reader, Buffer& buffer) {
    ImageLayout& layout = buffer.layout;
    layout.modifier = reader.get<std::uint64_t>();
    layout.encoding = static_cast<YcbcrEncoding>(reader.get<std::uint32_t>());
    layout.range = static_cast<YcbcrRange>(reader.get<std::uint32_t>());
    layout.siting = static_cast<ChromaSiting>(reader.get<std::uint32_t>());
    const auto dma_bufs = reader.get<std::uint32_t>();
    const auto planes = reader.get<std::uint32_t>();
    const auto reserved = reader.get<std::uint32_t>();
    if (!is_known(layout.colour())) {
        return "the encoding, the range or the siting of the colours is not known";
    }
    if (dma_bufs == 0 || dma_bufs > most_dma_bufs || planes != layout.format().plane_count) {
        return text::format("a {} picture does not have {} planes in {} dma-bufs",
                            layout.format().name, planes, dma_bufs);
    }
    if (reserved != 0) {
        return "a reserved field is not zero";
    }
    for (std::uint32_t i = 0; i < dma_bufs; ++i) {
        buffer.sizes.push_back(reader.get<std::uint64_t>());
    }
    for (std::uint32_t i = 0; i < planes; ++i) {
        layout.planes.at(i).buffer = reader.get<std::uint32_t>();
        if (reader.get<std::uint32_t>() != 0) {
            return "a reserved field is not zero";
        }
        layout.planes.at(i).offset = reader.get<std::uint64_t>();
        layout.planes.at(i).stride = reader.get<std::uint64_t>();
        if (layout.planes.at(i).buffer >= dma_bufs) {
            return text::format("plane {} lies in dma-buf {} of {}", i, layout.planes.at(i).buffer,
                                dma_bufs);
        }
    }
    return {};
}

std::expected<Any, std::string> read_buffer(Reader& reader, std::uint16_t spoken) {
    Buffer buffer;
    buffer.index = reader.get<std::uint32_t>();
    buffer.count = reader.get<std::uint32_t>();
    if (spoken == first_version) {
        buffer.sizes.push_back(reader.get<std::uint64_t>());
    }
    buffer.layout.extent.width = reader.get<std::uint32_t>();
    buffer.layout.extent.height = reader.get<std::uint32_t>();
    const auto fourcc = reader.get<std::uint32_t>();
    const auto reserved = reader.get<std::uint32_t>();
    if (reserved != 0) {
        return std::unexpected("a reserved field is not zero");
    }
    if (auto known = check_format(fourcc, spoken); !known) {
        return std::unexpected(known.error());
    }
    buffer.layout.fourcc = fourcc;
    if (spoken == first_version) {
        read_first_version(reader, buffer);
    } else if (std::string wrong = read_planes(reader, buffer); !wrong.empty()) {
        return std::unexpected(std::move(wrong));
    }
    if (!reader.exact()) {
        return std::unexpected("a message about a buffer has the wrong length");
    }
    if (auto good = check(buffer); !good) {
        return std::unexpected(good.error());
    }
    return buffer;
}

std::expected<Any, std::string> read_body(Type type, Reader& reader, std::uint16_t spoken) {
    switch (type) {
    case Type::hello:
        return Hello{.version = spoken};
    case Type::buffer:
        return read_buffer(reader, spoken);
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
        return Farewell{.sentence = printable(reader.text().substr(0, Farewell::longest)),
                        .version = spoken};
    }
    return std::unexpected(
        text::format("a message of type {} is not known", static_cast<std::uint16_t>(type)));
}

void put_planes(Writer& writer, const Buffer& message) {
    const ImageLayout& layout = message.layout;
    writer.put(std::to_underlying(layout.encoding));
    writer.put(std::to_underlying(layout.range));
    writer.put(std::to_underlying(layout.siting));
    writer.put(static_cast<std::uint32_t>(message.sizes.size()));
    writer.put(layout.format().plane_count);
    writer.put(std::uint32_t{0}); // reserved
    for (const std::uint64_t size : message.sizes) {
        writer.put(size);
    }
    for (std::size_t i = 0; i < layout.format().plane_count; ++i) {
        writer.put(layout.planes.at(i).buffer);
        writer.put(std::uint32_t{0}); // reserved
        writer.put(layout.planes.at(i).offset);
        writer.put(layout.planes.at(i).stride);
    }
}

struct Encoder {
    std::uint16_t spoken = version;

    std::vector<std::byte> operator()(const Hello& message) const {
        return Writer(Type::hello, message.version).take();
    }
    std::vector<std::byte> operator()(const Buffer& message) const {
        Writer writer(Type::buffer, spoken);
        writer.put(message.index);
        writer.put(message.count);
        if (spoken == first_version) {
            writer.put(message.sizes.front());
        }
        writer.put(message.layout.extent.width);
        writer.put(message.layout.extent.height);
        writer.put(message.layout.fourcc);
        writer.put(std::uint32_t{0}); // reserved
        writer.put(message.layout.modifier);
        if (spoken == first_version) {
            writer.put(message.layout.planes[0].offset);
            writer.put(message.layout.planes[0].stride);
        } else {
            put_planes(writer, message);
        }
        return std::move(writer).take();
    }
    std::vector<std::byte> operator()(const Frame& message) const {
        Writer writer(Type::frame, spoken);
        writer.put(message.index);
        writer.put(message.sequence);
        writer.put(message.fingerprint);
        return std::move(writer).take();
    }
    std::vector<std::byte> operator()(const Done& message) const {
        Writer writer(Type::done, spoken);
        writer.put(message.index);
        writer.put(message.sequence);
        return std::move(writer).take();
    }
    std::vector<std::byte> operator()(const Farewell& message) const {
        Writer writer(Type::farewell, message.version);
        writer.put(std::string_view(message.sentence).substr(0, Farewell::longest));
        return std::move(writer).take();
    }
};

} // namespace

std::vector<std::byte> encode(const Any& message, std::uint16_t spoken) {
    return std::visit(Encoder{spoken}, message);
}

bool can_say(const ImageLayout& layout, std::uint16_t spoken) {
    return spoken != first_version || std::ranges::contains(rgb_fourccs(), layout.fourcc);
}

std::expected<Any, std::string> decode(std::span<const std::byte> bytes, std::size_t fds) {
    Reader reader(bytes);
    if (reader.get<std::uint32_t>() != magic) {
        return std::unexpected("the other side does not speak this protocol");
    }
    const auto spoken = reader.get<std::uint16_t>();
    const auto type = static_cast<Type>(reader.get<std::uint16_t>());
    // A farewell is the same in every version, so that sides of different versions understand it.
    if ((spoken < first_version || spoken > version) && type != Type::farewell) {
        return std::unexpected(
            text::format("the other side speaks version {} of the protocol, this "
                         "side versions {} to {}; use the "
                         "same release of parallax on both sides",
                         spoken, first_version, version));
    }
    auto message = read_body(type, reader, spoken);
    if (message && !reader.exact()) {
        return std::unexpected(text::format("a message of type {} has the wrong length ({} bytes)",
                                            static_cast<std::uint16_t>(type), bytes.size()));
    }
    const auto* const buffer = message ? std::get_if<Buffer>(&*message) : nullptr;
    const std::size_t wanted = buffer != nullptr ? buffer->sizes.size() : 0;
    if (message && fds != wanted) {
        return std::unexpected(
            text::format("a message of type {} comes with {} file descriptors, not {}",
                         static_cast<std::uint16_t>(type), wanted, fds));
    }
    return message;
}

} // namespace parallax::message
