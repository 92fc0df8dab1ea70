// SPDX-License-Identifier: MIT
#include "wayland/dmabuf.hpp"

#include "parallax/dmabuf/unique_fd.hpp"
#include "parallax/printable.hpp"
#include "parallax/text.hpp"
#include "parallax/vulkan/import/modifiers.hpp"

#include <drm_fourcc.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <span>
#include <stdexcept>

namespace parallax::demo::wayland {
namespace {

constexpr std::uint32_t newest_dmabuf = 4;
constexpr std::uint32_t oldest_dmabuf = 3; // the first with modifiers

/// An entry of the feedback's table, as the protocol has it.
struct TableEntry {
    std::uint32_t fourcc;
    std::uint32_t padding;
    std::uint64_t modifier;
};

/// What the events of a feedback say.
struct Feedback {
    std::vector<TableEntry> entries;
    std::vector<std::uint16_t> indices; // of the entries that any device takes
    bool done = false;
};

/// The table, which is read and not mapped: its file may be shorter than the compositor says.
/// Throws nothing, since C calls it.
std::vector<TableEntry> read_table(const UniqueFd& fd, std::size_t size) noexcept {
    constexpr std::size_t most = std::size_t{UINT16_MAX} + 1; // that an index can name
    std::vector<TableEntry> entries(std::min(size / sizeof(TableEntry), most));
    const std::span<std::byte> bytes = std::as_writable_bytes(std::span(entries));
    std::size_t read = 0;
    while (read < bytes.size()) {
        const ssize_t length =
            ::pread(fd.get(), bytes.data() + read, bytes.size() - read, static_cast<off_t>(read));
        if (length <= 0 && !(length < 0 && errno == EINTR)) {
            break;
        }
        read += length > 0 ? static_cast<std::size_t>(length) : 0;
    }
    entries.resize(read / sizeof(TableEntry));
    return entries;
}

constexpr zwp_linux_dmabuf_feedback_v1_listener feedback_listener{
    .done = [](void* data, auto*) { static_cast<Feedback*>(data)->done = true; },
    .format_table =
        [](void* data, auto*, std::int32_t fd, std::uint32_t size) {
            static_cast<Feedback*>(data)->entries = read_table(UniqueFd(fd), size);
        },
    .main_device = [](void*, auto*, wl_array*) {},
    .tranche_done = [](void*, auto*) {},
    .tranche_target_device = [](void*, auto*, wl_array*) {},
    .tranche_formats =
        [](void* data, auto*, wl_array* array) {
            const auto* const first = static_cast<const std::uint16_t*>(array->data);
            auto& indices = static_cast<Feedback*>(data)->indices;
            indices.insert(indices.end(), first, first + array->size / sizeof *first);
        },
    .tranche_flags = [](void*, auto*, std::uint32_t) {}};

/// The answer to a request for a wl_buffer.
struct Taken {
    wl_buffer* buffer = nullptr;
    bool answered = false;
};

constexpr zwp_linux_buffer_params_v1_listener params_listener{
    .created =
        [](void* data, auto*, wl_buffer* buffer) {
            *static_cast<Taken*>(data) = {.buffer = buffer, .answered = true};
        },
    .failed = [](void* data, auto*) { static_cast<Taken*>(data)->answered = true; }};

} // namespace

Buffer::Buffer(wl_buffer* buffer) : buffer_(buffer) {
    static constexpr wl_buffer_listener listener{.release = [](void* data, wl_buffer*) {
        auto& self = *static_cast<Buffer*>(data);
        self.lent_ = false;
        ++self.releases_;
    }};
    ::wl_buffer_add_listener(buffer, &listener, this);
}

std::string modifier_text(std::uint64_t modifier) {
    return modifier == DRM_FORMAT_MOD_INVALID ? "INVALID (not named)" : modifier_name(modifier);
}

std::expected<std::unique_ptr<DmabufTaker>, Reasons>
DmabufTaker::open(const Connection& connection) {
    const std::uint32_t version = connection.version_of(zwp_linux_dmabuf_v1_interface.name);
    if (version < oldest_dmabuf) {
        return std::unexpected(Reasons{
            version == 0
                ? std::string("the compositor takes no dma-bufs: it has no zwp_linux_dmabuf_v1; "
                              "does it draw by OpenGL or Vulkan? (Weston: --renderer=gl)")
                : text::format("the compositor's zwp_linux_dmabuf_v1 is of version {}, which has "
                               "no modifiers; {} is needed",
                               version, oldest_dmabuf)});
    }
    std::unique_ptr<DmabufTaker> taker(new DmabufTaker(connection));
    taker->version_ = std::min(version, newest_dmabuf);
    taker->dmabuf_.reset(
        connection.bind<zwp_linux_dmabuf_v1>(zwp_linux_dmabuf_v1_interface, newest_dmabuf));
    if (taker->version_ >= 4) {
        taker->read_feedback();
    } else {
        taker->listen();
    }
    return taker;
}

/// Version 4: the table is a file, of which each device's entries are named.
void DmabufTaker::read_feedback() {
    Feedback feedback;
    const Proxy<zwp_linux_dmabuf_feedback_v1> proxy(
        ::zwp_linux_dmabuf_v1_get_default_feedback(dmabuf_.get()));
    ::zwp_linux_dmabuf_feedback_v1_add_listener(proxy.get(), &feedback_listener, &feedback);
    if (!connection_.wait([&] { return feedback.done; }, Connection::patience)) {
        throw std::runtime_error("the compositor did not say which dma-bufs it takes");
    }
    for (const std::uint16_t index : feedback.indices) {
        if (index < feedback.entries.size()) {
            add({.fourcc = feedback.entries[index].fourcc,
                 .modifier = feedback.entries[index].modifier});
        }
    }
}

/// Version 3: an event for each entry, once it is bound.
void DmabufTaker::listen() {
    static constexpr zwp_linux_dmabuf_v1_listener listener{
        .format = [](void*, auto*, std::uint32_t) {},
        .modifier =
            [](void* data, auto*, std::uint32_t fourcc, std::uint32_t high, std::uint32_t low) {
                static_cast<DmabufTaker*>(data)->add(
                    {.fourcc = fourcc, .modifier = std::uint64_t{high} << 32 | low});
            }};
    ::zwp_linux_dmabuf_v1_add_listener(dmabuf_.get(), &listener, this);
    connection_.round_trip();
}

void DmabufTaker::add(FormatModifier pair) {
    if (!std::ranges::contains(table_, pair)) {
        table_.push_back(pair);
    }
}

std::string DmabufTaker::modifiers_of(std::uint32_t fourcc) const {
    std::string text;
    for (const FormatModifier& pair : table_) {
        if (pair.fourcc == fourcc) {
            append(text, modifier_text(pair.modifier));
        }
    }
    return text;
}

std::optional<std::uint64_t> DmabufTaker::modifier_for(const ImageLayout& layout) const {
    for (const std::uint64_t modifier : {layout.modifier, std::uint64_t{DRM_FORMAT_MOD_INVALID}}) {
        if (std::ranges::contains(table_,
                                  FormatModifier{.fourcc = layout.fourcc, .modifier = modifier})) {
            return modifier;
        }
    }
    return std::nullopt;
}

std::expected<std::unique_ptr<Buffer>, Reasons> DmabufTaker::take(std::span<const DmaBuf> buffers,
                                                                  const ImageLayout& layout,
                                                                  Interrupt unwanted) const {
    const Format& format = layout.format();
    const auto modifier = modifier_for(layout);
    if (!modifier) {
        const std::string others = modifiers_of(layout.fourcc);
        return std::unexpected(Reasons{
            others.empty()
                ? text::format("the compositor does not take {} in dma-bufs", format.name)
                : text::format(
                      "the compositor takes {} with the modifiers {}, and this memory is {}",
                      format.name, others, modifier_text(layout.modifier))});
    }
    for (const PlaneLayout& place : std::span(layout.planes).first(format.plane_count)) {
        if (place.offset > UINT32_MAX || place.stride > UINT32_MAX) {
            return std::unexpected(Reasons{text::format(
                "stride {} and offset {} of a dma-buf have 32 bits, for every compositor",
                place.stride, place.offset)});
        }
    }
    const Proxy<zwp_linux_buffer_params_v1> params(
        ::zwp_linux_dmabuf_v1_create_params(dmabuf_.get()));
    Taken taken;
    ::zwp_linux_buffer_params_v1_add_listener(params.get(), &params_listener, &taken);
    for (std::uint32_t plane = 0; plane < format.plane_count; ++plane) {
        const PlaneLayout& place = layout.planes.at(plane);
        ::zwp_linux_buffer_params_v1_add(
            params.get(), buffers[place.buffer].fd(), plane,
            static_cast<std::uint32_t>(place.offset), static_cast<std::uint32_t>(place.stride),
            static_cast<std::uint32_t>(*modifier >> 32), static_cast<std::uint32_t>(*modifier));
    }
    ::zwp_linux_buffer_params_v1_create(
        params.get(), static_cast<std::int32_t>(layout.extent.width),
        static_cast<std::int32_t>(layout.extent.height), layout.fourcc, 0);
    if (!connection_.wait([&] { return taken.answered; }, Connection::patience, unwanted)) {
        throw std::runtime_error("the compositor did not say whether it takes the dma-buf");
    }
    if (taken.buffer == nullptr) {
        return std::unexpected(Reasons{text::format(
            "the compositor refuses this dma-buf, although it lists {} with the modifier {}: its "
            "driver cannot import memory of this exporter, or not with a stride of {} bytes",
            format.name, modifier_text(*modifier), layout.planes[0].stride)});
    }
    return std::make_unique<Buffer>(taken.buffer);
}

} // namespace parallax::demo::wayland
