// SPDX-License-Identifier: MIT
#pragma once

#include "survey/survey.hpp"

#include <array>
#include <string>
#include <utility>

namespace parallax::test {

/// A survey of two exporters, of which one is missing, and one device; one format, three imports.
inline demo::survey::Survey small_survey() {
    using demo::survey::Outcome;
    demo::survey::Survey survey{
        .program = "1.0",
        .date = "2026-11-26",
        .machine = {{.name = "kernel", .value = "7.3"}, {.name = "model", .value = "A & B <1>"}},
        .extent = {.width = 300, .height = 200},
        .ended = {},
        .no_vulkan = {},
        .sources = {{.name = "system", .summary = "the kernel's system heap", .problem = {}},
                    {.name = "udmabuf", .summary = "memfd pages", .problem = "no such node"}},
        .devices = {{.id = "10005:0000 llvmpipe",
                     .name = "llvmpipe (LLVM 19)",
                     .driver = "llvmpipe Mesa 25.0",
                     .type = "Cpu",
                     .vulkan = "1.4.0",
                     .refusals = {}}},
        .trials = {}};
    for (const char* const import : {"modifier", "linear", "buffer"}) {
        survey.trials.push_back({.of = {.exporter = "system",
                                        .device = "10005:0000 llvmpipe",
                                        .format = "XRGB8888",
                                        .import = import},
                                 .outcome = Outcome::verified,
                                 .stride = 1280,
                                 .layout_bytes = 256000,
                                 .buffer_bytes = 258048,
                                 .sync = "sync_file",
                                 .checks = {{.sentence = "CPU writes, GPU reads",
                                             .compared = 60000,
                                             .different = 0,
                                             .cause = {}}},
                                 .laps = {{.name = "import", .milliseconds = 1.5}}});
    }
    return survey;
}

/// Makes one trial of it different from what was written.
inline void make_different(demo::survey::Trial& trial) {
    trial.outcome = demo::survey::Outcome::differs;
    trial.checks[0].different = 7;
    trial.checks[0].cause = "stride: rows are <long>";
    trial.pictures = {{.title = "what was written", .base64 = "AAAA"},
                      {.title = "what was read", .base64 = "BBBB"},
                      {.title = "their difference", .base64 = "CCCC"}};
}

/// Makes one of them refused.
inline void make_refused(demo::survey::Trial& trial, const std::string& why) {
    trial.outcome = demo::survey::Outcome::refused;
    trial.reasons = {why};
    trial.checks.clear();
    trial.stride = 0;
}

} // namespace parallax::test
