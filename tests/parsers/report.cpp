// SPDX-License-Identifier: MIT
// A report of another machine (report.json), which `report --compare` reads: accepted or refused;
// an accepted one is written back equal, and compared with itself and with an empty one.
#include "survey/changes.hpp"
#include "survey/json.hpp"

#include "parallax/printable.hpp"

#include "require.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

using namespace parallax;
using namespace parallax::demo;

namespace {

void require_printable(std::string text) {
    std::erase(text, '\n'); // between lines
    test::require(printable(text) == text, "it can be shown on a terminal");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    survey::Survey report;
    try {
        report = survey::parse_survey(text, "the file");
    } catch (const std::runtime_error& error) {
        test::require(std::string_view(error.what()).starts_with("the file "), "it is named");
        require_printable(error.what());
        return 0;
    }
    const auto json = json_of(report);
    test::require(json_of(survey::parse_survey(json.dump(), "it")) == json,
                  "it is written as it was");
    test::require(!changes_between(report, report).any(), "it has not changed");
    for (const survey::Changes& changes :
         {changes_between(report, report), changes_between(report, {}),
          changes_between({}, report)}) {
        require_printable(changes.text());
        require_printable(changes.json().dump());
    }
    return 0;
}
