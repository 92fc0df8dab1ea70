// SPDX-License-Identifier: MIT
// The benchmark's stored costs (JSON): accepted or refused; accepted ones are written back equal.
#include "baseline.hpp"

#include "require.hpp"

#include <cstdint>
#include <stdexcept>
#include <string_view>

using namespace parallax;
using bench::Baseline;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    try {
        const std::string_view text(reinterpret_cast<const char*>(data), size);
        const Baseline baseline = Baseline::parse(text, "the file");
        test::require(Baseline::parse(baseline.text(), "it") == baseline,
                      "it is written as it was");
    } catch (const std::runtime_error& error) {
        test::require(std::string_view(error.what()).starts_with("the file "), "it is named");
    }
    return 0;
}
