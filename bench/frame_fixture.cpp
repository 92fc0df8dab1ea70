// SPDX-License-Identifier: MIT
#include "frame_fixture.hpp"

#include "parallax/text.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

namespace parallax::bench {
namespace {

constexpr std::uint32_t time_points = 3; // before, between and after upload and draw

bool inside(const vk::Rect2D& part, std::uint32_t x, std::uint32_t y) {
    return x - static_cast<std::uint32_t>(part.offset.x) < part.extent.width &&
           y - static_cast<std::uint32_t>(part.offset.y) < part.extent.height;
}

} // namespace

FrameFixture::FrameFixture(const Context& context, Extent extent)
    : context_(context),
      frames_(extent),
      target_(context, extent, frames_.fourcc()),
      renderer_(context, target_.image().format()),
      has_clock_(context.physical()
                     .getQueueFamilyProperties()[context.queue_family()]
                     .timestampValidBits != 0),
      times_(context.device(),
             {.queryType = vk::QueryType::eTimestamp, .queryCount = time_points}) {}

void FrameFixture::record(const vk::raii::CommandBuffer& commands, UploadPath& path,
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
    path.begin(commands, part);
    stamp(1);
    target_.begin(commands);
    renderer_.draw(commands, path.descriptor(), target_.image(), Shade::as_it_is);
    target_.finish(commands);
    path.end(commands);
    stamp(2);
    if (read_back) {
        target_.copy_out(commands);
    }
}

void FrameFixture::show(UploadPath& path, std::uint32_t number, const vk::Rect2D& part,
                        Timings& timings) {
    timings.time("write", [&] { path.write(frames_, number, part); });
    Timings gpu;
    gpu.time("all", [&] {
        context_.run(
            [&](const vk::raii::CommandBuffer& commands) { record(commands, path, part, false); });
    });
    add_gpu_timings(timings, gpu.total());
    if (path.copies()) {
        timings.copy(std::uint64_t{part.extent.width} * part.extent.height *
                     format_of(frames_.fourcc()).bytes());
    }
}

void FrameFixture::add_gpu_timings(Timings& timings, Seconds all) const {
    if (!has_clock_) {
        timings.add("upload and draw", all);
        return;
    }
    const auto [result, times] = times_.getResults<std::uint64_t>(
        0, time_points, time_points * sizeof(std::uint64_t), sizeof(std::uint64_t),
        vk::QueryResultFlagBits::e64 | vk::QueryResultFlagBits::eWait);
    const double tick = 1e-9 * context_.physical().getProperties().limits.timestampPeriod;
    const Seconds upload{static_cast<double>(times[1] - times[0]) * tick};
    const Seconds draw{static_cast<double>(times[2] - times[1]) * tick};
    timings.add("upload", upload);
    timings.add("draw", draw);
    timings.add("submit", std::max(all - upload - draw, Seconds{0}));
}

void FrameFixture::verify(UploadPath& path, const vk::Rect2D& part) {
    const auto [width, height] = frames_.extent();
    const vk::Rect2D whole{.extent = {width, height}};
    Timings untimed;
    show(path, 1, whole, untimed);
    path.write(frames_, 2, part);
    context_.run(
        [&](const vk::raii::CommandBuffer& commands) { record(commands, path, part, true); });
    const Picture seen = target_.read();
    for (std::uint32_t y = 0; y < height; ++y) {
        for (std::uint32_t x = 0; x < width; ++x) {
            if (seen.at(x, y) != frames_.pixel(inside(part, x, y) ? 2 : 1, x, y)) {
                throw std::runtime_error(
                    text::format("the GPU sees another pixel at {},{} than was written", x, y));
            }
        }
    }
}

} // namespace parallax::bench
