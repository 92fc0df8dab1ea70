// SPDX-License-Identifier: MIT
#pragma once

#include "diagnosis/diagnosis.hpp"
#include "process/exit_status.hpp"
#include "report/contact_sheet.hpp"

#include "parallax/error.hpp"
#include "parallax/image/layout.hpp"
#include "parallax/image/picture.hpp"
#include "parallax/image/pixels.hpp"

#include <nlohmann/json_fwd.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace parallax::demo {

/// A fact of a run: {"exporter", "udmabuf"}.
struct Fact {
    std::string name; ///< a word; the key in JSON
    std::string value;
};

/// A number of a run: {"frames_missing", "dropped by the camera", 3}.
struct Count {
    std::string name;  ///< the key in JSON
    std::string words; ///< for people, after the number
    std::uint64_t number = 0;
};

/// How long one part of a run took.
struct Lap {
    std::string name;
    double milliseconds = 0;
};

/// Measures the laps of a run, one after the other.
class Stopwatch {
public:
    /// Ends the lap that has been going on since the last one.
    void lap(std::string name) {
        const auto now = Clock::now();
        laps_.push_back(
            {.name = std::move(name),
             .milliseconds = std::chrono::duration<double, std::milli>(now - last_).count()});
        last_ = now;
    }

    [[nodiscard]] const std::vector<Lap>& laps() const noexcept { return laps_; }

private:
    using Clock = std::chrono::steady_clock;
    Clock::time_point last_ = Clock::now();
    std::vector<Lap> laps_;
};

/// One question put to the memory, and the answer.
struct Check {
    std::string name;     ///< for programs: "cpu_to_gpu"
    std::string sentence; ///< for people: "CPU writes, GPU reads"
    Comparison result;
    std::optional<Diagnosis> diagnosis =
        {};                      ///< if the views differ and both are pictures of the memory
    std::uint32_t tolerance = 0; ///< differences of a channel up to this one are none
};

/// "first at (x, y): #rrggbbaa against #rrggbbaa"
[[nodiscard]] std::string difference_text(const Difference& first);

/// The same, and a cause, as JSON; null if there is none.
[[nodiscard]] nlohmann::ordered_json difference_json(const std::optional<Difference>& first);
[[nodiscard]] nlohmann::ordered_json diagnosis_json(const std::optional<Diagnosis>& diagnosis);

/// The check whether a viewer sees what was written.
/// @param written as a correct viewer sees it.
/// @param before what was in the memory before, if that is known.
/// @param tolerance 0, or the pictures are compared, and differences of a channel up to this one
///        are none.
/// @throws as compare() and diagnose().
[[nodiscard]] Check check_view(std::string name, std::string sentence,
                               const SampledPicture& written, const SampledPicture& seen,
                               const ImageLayout& layout, const Picture* before = nullptr,
                               std::uint32_t tolerance = 0);

/// The result of a run. A value; prints itself for people and for programs.
struct Verdict {
    std::vector<Fact> facts;        ///< of the participants; pictures name the first three
    std::vector<Count> counts = {}; ///< of the run; people read them in one line
    Reasons refused = {};           ///< why better import methods cannot be used
    ImageLayout layout = {};
    std::uint64_t buffer_size = 0; ///< bytes held
    bool decoy = false;            ///< another buffer was imported
    std::string unseen = {};       ///< a rule was broken on purpose: why nothing may be seen of it
    Reasons missing = {};          ///< requested views that this machine lacks, and why
    std::vector<Check> checks = {};
    std::vector<Lap> laps = {};

    /// True if every check compared pixels and found no difference.
    [[nodiscard]] bool agree() const;
    [[nodiscard]] std::uint64_t compared() const;
    [[nodiscard]] std::uint64_t different() const;

    /// "same memory: ...", "DIFFERENT: ...", "not seen: ..." (of a rule that was broken) or
    /// "nothing was compared", one line.
    [[nodiscard]] std::string headline() const;
    /// @param grey marks what is no result by an escape sequence for terminals.
    [[nodiscard]] std::string text(bool grey = false) const;
    [[nodiscard]] nlohmann::ordered_json json() const;

    /// A rule was broken, and that shows nowhere on this machine.
    [[nodiscard]] bool not_seen() const { return !unseen.empty() && agree(); }
};

/// The title of a difference_picture(), with the amplification that it has.
/// @param of the views that are compared, if there are more than two.
[[nodiscard]] std::string difference_title(std::string_view of = {});

/// The files of a verdict.
struct VerdictFiles {
    std::filesystem::path folder;
    const char* json;
    const char* picture;
};

/// Prints the verdict, and writes it and the compared pictures, if there are any.
/// @param as_json print it as JSON.
/// @return agree or differ; failed if nothing was compared, unsupported if not_seen().
/// @throws as write_file() and save_png().
[[nodiscard]] ExitStatus finish(const Verdict& verdict, std::span<const TitledPicture> pictures,
                                const VerdictFiles& files, bool as_json);

} // namespace parallax::demo
