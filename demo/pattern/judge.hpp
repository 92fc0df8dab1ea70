// SPDX-License-Identifier: MIT
#pragma once

#include "diagnosis/diagnosis.hpp"
#include "pattern/pattern.hpp"
#include "pattern/scaling.hpp"
#include "pattern/sightings.hpp"

#include "parallax/image/picture.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace parallax::demo {

/// What is known of a pattern that someone else has shown.
struct Expectation {
    std::optional<ImageLayout> layout = {};  ///< where no code can be read
    std::optional<std::uint16_t> frame = {}; ///< that must be seen; by default the newest
    std::optional<Origin> at = {};           ///< where the pattern must be
    bool translucent = false;                ///< of the pattern, where no code can be read
    bool is_memory = false;                  ///< else a screenshot, with any alpha, at any place
    bool exact = false;                      ///< no change of colours is tolerated
};

/// What has become of a pattern. A value.
struct Ruling {
    std::optional<Pattern> pattern = {};     ///< that was looked for; none if none was found
    Origin origin = {};                      ///< where it is
    std::vector<SeenFrame> frames = {};      ///< that were seen, the newest first
    Comparison comparison = {};              ///< of what was written and what was seen
    std::optional<Diagnosis> diagnosis = {}; ///< if that is not the same
    std::optional<int> colours_changed = {}; ///< slightly, by at most this, of 255
    std::optional<Scaling> scaling = {};     ///< by another factor than that of the origin

    /// True if the pattern was seen, with its colours at most slightly changed.
    [[nodiscard]] bool same() const;
    /// "same picture: ..." or "DIFFERENT: ...", one line.
    [[nodiscard]] std::string headline() const;
    /// "at (64, 32), 2 times as large"
    [[nodiscard]] std::string place() const;
};

/// Finds the pattern in what was seen, a screenshot for example, and says what is wrong with it.
/// It may be a part of the picture, and enlarged by a whole number. Scaled with a filter or by
/// another factor, it is found too, and differs.
/// @throws as pattern_as_written(), for a layout that was given.
[[nodiscard]] Ruling judge(const Picture& seen, const Expectation& expectation);

} // namespace parallax::demo
