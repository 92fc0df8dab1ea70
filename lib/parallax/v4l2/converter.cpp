// SPDX-License-Identifier: MIT
#include "parallax/v4l2/converter.hpp"

#include "parallax/text.hpp"
#include "parallax/v4l2/camera.hpp"

#include <linux/videodev2.h>

#include <chrono>
#include <vector>

namespace parallax::v4l2 {

std::expected<Converter, Reasons> Converter::open(const std::string& wish) {
    Reasons reasons;
    for (const std::string& path : wish.empty() ? video_nodes() : std::vector{wish}) {
        auto converter = open_node(path);
        if (converter) {
            return *std::move(converter);
        }
        reasons.push_back(converter.error());
    }
    if (reasons.empty()) {
        reasons.emplace_back("/dev has no video nodes");
    }
    return std::unexpected(std::move(reasons));
}

std::expected<Converter, std::string> Converter::open_node(const std::string& path) {
    auto device = Device::open(path);
    if (!device) {
        return std::unexpected(device.error());
    }
    const std::uint32_t can = device->capabilities();
    if ((can & V4L2_CAP_VIDEO_M2M) != 0) {
        return Converter(*std::move(device), V4L2_BUF_TYPE_VIDEO_OUTPUT,
                         V4L2_BUF_TYPE_VIDEO_CAPTURE);
    }
    if ((can & V4L2_CAP_VIDEO_M2M_MPLANE) != 0) {
        return Converter(*std::move(device), V4L2_BUF_TYPE_VIDEO_OUTPUT_MPLANE,
                         V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE);
    }
    return std::unexpected(text::format(
        "{} is no memory-to-memory device{}", device->text(),
        (can & (V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_VIDEO_CAPTURE_MPLANE)) != 0 ? "; it captures"
                                                                              : ""));
}

std::expected<Conversion, Reasons>
Conversion::start(const Converter& converter, const Pictures& sources, const Pictures& results) {
    auto from = BufferQueue::create(converter.device(), converter.source_type(), sources.format,
                                    sources.buffers);
    if (!from) {
        return std::unexpected(from.error());
    }
    auto to = BufferQueue::create(converter.device(), converter.result_type(), results.format,
                                  results.buffers);
    if (!to) {
        return std::unexpected(to.error());
    }
    from->start();
    to->start();
    return Conversion(*std::move(from), *std::move(to));
}

std::expected<void, Reasons> Conversion::submit(std::uint32_t source, std::uint32_t result) {
    return results_.queue(result).and_then([&] { return sources_.queue(source); });
}

std::optional<DonePicture> Conversion::wait(std::chrono::milliseconds patience, int also) {
    const auto end = std::chrono::steady_clock::now() + patience;
    if (!results_.ready(patience, also)) {
        return std::nullopt;
    }
    const DonePicture result = results_.take();
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    if (!sources_.ready(left, also)) { // it has not given that back
        return std::nullopt;
    }
    static_cast<void>(sources_.take());
    return result;
}

} // namespace parallax::v4l2
