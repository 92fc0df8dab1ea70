// SPDX-License-Identifier: MIT
#include "frame_stage.hpp"

#include <algorithm>
#include <array>
#include <format>
#include <stdexcept>

namespace parallax::bench {
namespace {

constexpr std::uint32_t time_points = 3; // before, between and after upload and draw

bool inside(const vk::Rect2D& part, std::uint32_t x, std::uint32_t y) {
    return x - static_cast<std::uint32_t>(part.offset.x) < part.extent.width &&
           y - static_cast<std::uint32_t>(part.offset.y) < part.extent.height;
}

} // namespace

FrameStage::FrameStage(const Context& context, Extent extent)
    : context_(context),
      frames_(extent),
      target_(context, extent, frames_.format()),
      renderer_(context, target_.image().format()),
      has_clock_(context.physical()
                     .getQueueFamilyProperties()[context.queue_family()]
                     .timestampValidBits != 0),
      times_(context.device(),
             {.queryType = vk::QueryType::eTimestamp, .queryCount = time_points}) {}

void FrameStage::record(const vk::raii::CommandBuffer& commands, FrameWay& way,
                        const vk::Rect2D& part, bool read_back) {
    const auto stamp = [&](std::uint32_t point) {
        if (has_clock_) {
            commands.writeTimestamp2(vk::PipelineStageFlagBits2::eAllCommands, times_, point);
        }
    };
    if (has_clock_) {
        commands.resetQueryPool(times_, 0, time_points);
    }
    stamp(0);
    way.begin(commands, part);
    stamp(1);
    target_.begin(commands);
    renderer_.draw(commands, way.view(), target_.image(), Shade::as_it_is);
    target_.finish(commands);
    way.end(commands);
    stamp(2);
    if (read_back) {
        target_.copy_out(commands);
    }
}

void FrameStage::show(FrameWay& way, std::uint32_t number, const vk::Rect2D& part, Steps& steps) {
    steps.time("write", [&] { way.write(frames_, number, part); });
    Steps gpu;
    gpu.time("all", [&] {
        context_.run(
            [&](const vk::raii::CommandBuffer& commands) { record(commands, way, part, false); });
    });
    add_gpu_steps(steps, gpu.total());
    if (way.copies()) {
        steps.copy(std::uint64_t{part.extent.width} * part.extent.height * frames_.format().bytes);
    }
}

void FrameStage::add_gpu_steps(Steps& steps, Seconds all) const {
    if (!has_clock_) {
        steps.add("upload and draw", all);
        return;
    }
    const auto [result, times] = times_.getResults<std::uint64_t>(
        0, time_points, time_points * sizeof(std::uint64_t), sizeof(std::uint64_t),
        vk::QueryResultFlagBits::e64 | vk::QueryResultFlagBits::eWait);
    const double tick = 1e-9 * context_.physical().getProperties().limits.timestampPeriod;
    const Seconds upload{static_cast<double>(times[1] - times[0]) * tick};
    const Seconds draw{static_cast<double>(times[2] - times[1]) * tick};
    steps.add("upload", upload);
    steps.add("draw", draw);
    steps.add("submit", std::max(all - upload - draw, Seconds{0}));
}

void FrameStage::verify(FrameWay& way, const vk::Rect2D& part) {
    const auto [width, height] = frames_.extent();
    const vk::Rect2D whole{.extent = {width, height}};
    Steps untimed;
    show(way, 1, whole, untimed);
    way.write(frames_, 2, part);
    context_.run(
        [&](const vk::raii::CommandBuffer& commands) { record(commands, way, part, true); });
    const Picture seen = target_.read();
    for (std::uint32_t y = 0; y < height; ++y) {
        for (std::uint32_t x = 0; x < width; ++x) {
            if (seen.at(x, y) != frames_.pixel(inside(part, x, y) ? 2 : 1, x, y)) {
                throw std::runtime_error(
                    std::format("the GPU sees another pixel at {},{} than was written", x, y));
            }
        }
    }
}

} // namespace parallax::bench
