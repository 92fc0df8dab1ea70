// SPDX-License-Identifier: MIT
#include "exporters/kinds.hpp"
#include "parallax/dmabuf/exporters/node.hpp"
#include "parallax/system_call.hpp"
#include "parallax/text.hpp"
#include "parallax/v4l2/field_text.hpp"

#include <fcntl.h>
#include <linux/videodev2.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>

namespace parallax {
namespace {

/// The buffers of a device that captures. Its format is left as it is: a buffer is so many bytes.
class VideoBuffers final : public Exporter {
public:
    /// @param name for messages: "/dev/video0 (vivid)".
    VideoBuffers(UniqueFd&& node, std::string name)
        : node_(std::move(node)),
          name_(std::move(name)) {}

    [[nodiscard]] bool exports_read_only() const noexcept override { return true; }

private:
    DmaBuf do_allocate(std::uint64_t size, Protection access) override {
        if (!release()) {
            throw_errno(name_ + " gives no buffers; another program may use it");
        }
        v4l2_create_buffers request{};
        request.count = 1;
        request.memory = V4L2_MEMORY_MMAP;
        request.format.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
        if (retry_ioctl(node_.get(), VIDIOC_G_FMT, &request.format) != 0) {
            throw_errno(name_ + " tells no format");
        }
        auto& bytes = request.format.fmt.pix.sizeimage; // less than a frame is refused
        bytes =
            std::max(bytes, static_cast<std::uint32_t>(std::min<std::uint64_t>(size, UINT32_MAX)));
        if (size > UINT32_MAX) {
            errno = EFBIG;
        }
        if (size > UINT32_MAX || retry_ioctl(node_.get(), VIDIOC_CREATE_BUFS, &request) != 0) {
            throw_errno(
                text::format("{} makes no buffer of {} bytes (VIDIOC_CREATE_BUFS)", name_, size));
        }
        v4l2_exportbuffer exported{};
        exported.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
        exported.index = request.index;
        exported.flags = access == Protection::read ? O_CLOEXEC | O_RDONLY : O_CLOEXEC | O_RDWR;
        if (retry_ioctl(node_.get(), VIDIOC_EXPBUF, &exported) != 0) {
            throw_errno(name_ + " exports no buffer (VIDIOC_EXPBUF)");
        }
        DmaBuf buffer{UniqueFd(exported.fd)};
        // Else the device would be busy for who captures. A driver without
        // V4L2_BUF_CAP_SUPPORTS_ORPHANED_BUFS refuses that.
        static_cast<void>(release());
        return buffer;
    }

    /// Empties the queue, which holds few buffers, and gives it up. The memory of those that were
    /// exported stays.
    /// @return false with errno if the driver refuses.
    [[nodiscard]] bool release() const {
        v4l2_requestbuffers none{};
        none.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
        none.memory = V4L2_MEMORY_MMAP;
        return retry_ioctl(node_.get(), VIDIOC_REQBUFS, &none) == 0;
    }

    UniqueFd node_;
    std::string name_;
};

/// "/dev/video0 (vivid)", or why the node is not usable.
std::expected<std::string, std::string> name_of(const std::string& path, const UniqueFd& node) {
    v4l2_capability capability{};
    if (retry_ioctl(node.get(), VIDIOC_QUERYCAP, &capability) != 0) {
        return std::unexpected(path + " is no V4L2 device");
    }
    std::string name = text::format("{} ({})", path, v4l2::text_of(capability.driver));
    const std::uint32_t can = (capability.capabilities & V4L2_CAP_DEVICE_CAPS) != 0
                                  ? capability.device_caps
                                  : capability.capabilities;
    constexpr std::uint32_t wanted = V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING;
    if ((can & wanted) != wanted) {
        return std::unexpected(name + " captures no pictures by the single-planar API");
    }
    return name;
}

} // namespace

std::vector<std::string> v4l2_nodes() {
    std::vector<std::string> nodes;
    std::error_code none;
    for (const auto& entry : std::filesystem::directory_iterator("/dev", none)) {
        const std::string path = entry.path().string();
        if (!entry.path().filename().string().starts_with("video")) {
            continue;
        }
        const UniqueFd node(::open(path.c_str(), O_RDWR | O_CLOEXEC));
        if (!node || name_of(path, node)) { // one that may not be opened is listed with the reason
            nodes.push_back(path);
        }
    }
    std::ranges::sort(nodes);
    return nodes;
}

OpenedExporter open_v4l2(const ExporterKind& kind) {
    const std::vector<std::string> nodes =
        kind.node.empty() ? v4l2_nodes() : std::vector{std::string(kind.node)};
    if (nodes.empty()) {
        return std::unexpected("no video device of this machine captures; try one that is made "
                               "up: sudo modprobe vivid");
    }
    ExporterKind chosen = kind;
    chosen.node = nodes.front();
    auto node = open_node(chosen);
    if (!node) {
        return std::unexpected(node.error());
    }
    auto name = name_of(nodes.front(), *node);
    if (!name) {
        return std::unexpected(name.error());
    }
    return std::make_unique<VideoBuffers>(*std::move(node), *std::move(name));
}

} // namespace parallax
