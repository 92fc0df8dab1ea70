// SPDX-License-Identifier: MIT
#include "suite.hpp"

#include "frame_fixture.hpp"
#include "upload_path.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace parallax::bench {
namespace {

/// Fixtures by the side of their frames, each created at its first use.
class Fixtures {
public:
    explicit Fixtures(std::shared_ptr<VulkanDevice> device) : device_(std::move(device)) {}

    FrameFixture& of(std::uint32_t side) {
        std::unique_ptr<FrameFixture>& fixture = fixtures_[side];
        if (!fixture) {
            fixture = std::make_unique<FrameFixture>(device_->context(),
                                                     Extent{.width = side, .height = side});
        }
        return *fixture;
    }

private:
    std::shared_ptr<VulkanDevice> device_; // ends after the fixtures
    std::map<std::uint32_t, std::unique_ptr<FrameFixture>> fixtures_;
};

/// A square in the middle with that share of the frame's pixels.
vk::Rect2D middle(std::uint32_t side, double share) {
    const auto part =
        std::max(1U, static_cast<std::uint32_t>(std::lround(side * std::sqrt(share))));
    const auto start = static_cast<std::int32_t>((side - part) / 2);
    return {.offset = {start, start}, .extent = {part, part}};
}

/// @param verified true if an earlier repetition has compared the result of this path.
Iteration begin_frames(FrameFixture& fixture, const UploadPathKind& kind, const vk::Rect2D& part,
                       bool& verified) {
    const std::shared_ptr<UploadPath> path = kind.make(fixture.context(), fixture.frames());
    if (!verified) {
        fixture.verify(*path, part);
        verified = true;
    }
    Timings untimed;
    fixture.show(
        *path, 3,
        vk::Rect2D{.extent = {fixture.frames().extent().width, fixture.frames().extent().height}},
        untimed);
    return [&fixture, path, part, number = std::uint32_t{3}](Timings& timings) mutable {
        fixture.show(*path, ++number, part, timings);
    };
}

} // namespace

Cases frame_cases(const Sources& sources, std::span<const std::uint64_t> sides,
                  const Change& change, std::shared_ptr<VulkanDevice> device) {
    const auto fixtures = std::make_shared<Fixtures>(std::move(device));
    Cases cases;
    for (const std::uint64_t side : sides) {
        for (const UploadPathKind& kind : upload_paths(sources)) {
            const auto pixels = static_cast<std::uint32_t>(side);
            cases.push_back({change.work, kind.name, side,
                             [=, part = middle(pixels, change.share),
                              verified = std::make_shared<bool>(false)] {
                                 return begin_frames(fixtures->of(pixels), kind, part, *verified);
                             }});
        }
    }
    return cases;
}

} // namespace parallax::bench
