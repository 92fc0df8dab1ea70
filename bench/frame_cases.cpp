// SPDX-License-Identifier: MIT
#include "frame_cases.hpp"

#include "frame_stage.hpp"
#include "frame_way.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace parallax::bench {
namespace {

/// Stages by the side of their frames, each made when it is first needed.
class Stages {
public:
    explicit Stages(std::shared_ptr<VulkanDevice> device) : device_(std::move(device)) {}

    FrameStage& of(std::uint32_t side) {
        std::unique_ptr<FrameStage>& stage = stages_[side];
        if (!stage) {
            stage = std::make_unique<FrameStage>(device_->context(),
                                                 Extent{.width = side, .height = side});
        }
        return *stage;
    }

private:
    std::shared_ptr<VulkanDevice> device_; // ends after the stages
    std::map<std::uint32_t, std::unique_ptr<FrameStage>> stages_;
};

/// A square in the middle with that share of the frame's pixels.
vk::Rect2D middle(std::uint32_t side, double share) {
    const auto part =
        std::max(1U, static_cast<std::uint32_t>(std::lround(side * std::sqrt(share))));
    const auto start = static_cast<std::int32_t>((side - part) / 2);
    return {.offset = {start, start}, .extent = {part, part}};
}

/// @param verified whether an earlier repetition has compared what this way shows.
Turn begin_frames(FrameStage& stage, const FrameWayKind& kind, const vk::Rect2D& part,
                  bool& verified) {
    const std::shared_ptr<FrameWay> way = kind.make(stage.context(), stage.frames());
    if (!verified) {
        stage.verify(*way, part);
        verified = true;
    }
    Steps untimed;
    stage.show(
        *way, 3,
        vk::Rect2D{.extent = {stage.frames().extent().width, stage.frames().extent().height}},
        untimed);
    return [&stage, way, part, number = std::uint32_t{3}](Steps& steps) mutable {
        stage.show(*way, ++number, part, steps);
    };
}

} // namespace

Cases frame_cases(std::span<const std::uint64_t> sides, const Change& change,
                  std::shared_ptr<VulkanDevice> device) {
    const auto stages = std::make_shared<Stages>(std::move(device));
    Cases cases;
    for (const std::uint64_t side : sides) {
        for (const FrameWayKind& kind : frame_ways()) {
            const auto pixels = static_cast<std::uint32_t>(side);
            cases.push_back({change.work, kind.name, side,
                             [=, part = middle(pixels, change.share),
                              verified = std::make_shared<bool>(false)] {
                                 return begin_frames(stages->of(pixels), kind, part, *verified);
                             }});
        }
    }
    return cases;
}

} // namespace parallax::bench
