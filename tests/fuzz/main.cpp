// SPDX-License-Identifier: MIT
//
// Makes random system calls on the exporter's fds; if the kernel has KCOV, calls that reached new
// places are mutated. Errors show in the kernel's log, which ./lab run checks. Needs root and a
// machine that may crash.
#include "coverage.hpp"
#include "sandbox.hpp"
#include "support/module.hpp"
#include "support/node.hpp"
#include "support/vgem.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <sys/socket.h>

#include <cstdint>
#include <exception>
#include <filesystem>
#include <iostream>
#include <numeric>
#include <string>

namespace {

using namespace fuzz;

struct Options {
    std::uint64_t seed = 1;
    std::uint64_t calls = 20000;
    bool json = false;
};

struct Outcome {
    Tally tally;
    std::uint64_t programs = 0;
    std::size_t kept = 0;
    std::size_t places = 0;
    bool guided = false;
    std::string discrepancy;
};

std::uint64_t sum(const std::array<std::uint64_t, kinds>& numbers) {
    return std::accumulate(numbers.begin(), numbers.end(), std::uint64_t{0});
}

/// The kernel frees a message that holds its own socket when another socket is closed.
void close_a_socket() {
    const parallax::UniqueFd socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
}

/// The module's count of objects after a program has ended.
std::string left_over() {
    close_a_socket();
    for (const std::string name :
         {"buffers", "bytes", "attachments", "device_maps", "kernel_maps"}) {
        if (const long value = uapi::stat_once(name, 0); value != 0) {
            return "a program has ended, and the module counts " + std::to_string(value) + " " +
                   name;
        }
    }
    return "";
}

Outcome fuzz_uapi(const Options& options) {
    Random random{options.seed};
    Outcome outcome;
    Coverage coverage;
    Sandbox sandbox;
    outcome.guided = coverage.usable();
    std::vector<Program> corpus;
    while (outcome.discrepancy.empty() && sum(sandbox.tally().calls) < options.calls) {
        const bool anew = corpus.empty() || random.one_in(4);
        Program program = anew ? random_program(random) : mutated(random.pick(corpus), random);
        coverage.start();
        sandbox.run(program);
        if (coverage.found_new()) {
            corpus.push_back(std::move(program));
        }
        if (++outcome.programs % 64 == 0) {
            outcome.discrepancy = left_over();
        }
    }
    if (outcome.discrepancy.empty()) {
        outcome.discrepancy = left_over();
    }
    outcome.tally = sandbox.tally();
    outcome.kept = corpus.size();
    outcome.places = coverage.places();
    return outcome;
}

void report(const Options& options, const Outcome& outcome) {
    nlohmann::ordered_json each;
    for (std::size_t i = 0; i < kinds; ++i) {
        each[kind_names[i]] = {{"calls", outcome.tally.calls[i]},
                               {"accepted", outcome.tally.accepted[i]}};
    }
    nlohmann::ordered_json result{
        {"seed", options.seed},
        {"calls", sum(outcome.tally.calls)},
        {"accepted", sum(outcome.tally.accepted)},
        {"as a 32-bit program makes them", outcome.tally.narrow},
        {"of these accepted", outcome.tally.narrow_accepted},
        {"programs", outcome.programs},
        {"by kind", each},
    };
    if (outcome.guided) {
        result["places of the module reached"] = outcome.places;
        result["programs kept for that"] = outcome.kept;
    }
    if (!outcome.discrepancy.empty()) {
        result["discrepancy"] = outcome.discrepancy;
    }
    if (options.json) {
        std::cout << result.dump(2) << '\n';
        return;
    }
    for (const auto& [name, value] : result.items()) {
        if (name != "by kind") {
            std::cout << name << ": "
                      << (value.is_string() ? value.get<std::string>() : value.dump()) << '\n';
        }
    }
    for (std::size_t i = 0; i < kinds; ++i) {
        std::cout << "  " << kind_names[i] << ": " << outcome.tally.calls[i] << ", accepted "
                  << outcome.tally.accepted[i] << '\n';
    }
}

} // namespace

int main(int argc, char** argv) {
    Options options;
    CLI::App app{
        "Calls /dev/exporter, its dma-bufs, /dev/importer and vgem at random.\n"
        "Exit status: 0 nothing was left over, 1 something was, 2 bad usage, 3 the machine "
        "cannot do it."};
    app.add_option("--seed", options.seed, "What is called follows from this number")
        ->capture_default_str();
    app.add_option("--calls", options.calls, "How many system calls")->capture_default_str();
    app.add_flag("--json", options.json, "Print the counts as JSON");
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : 2;
    }
    try {
        parallax::test::load_vgem();
        uapi::load_importer();
        // Random sizes must not use up the machine's memory.
        const uapi::Parameter largest("max_buffer_mib", 8);
        const uapi::Parameter total("max_total_mib", 64);
        const Outcome outcome = fuzz_uapi(options);
        report(options, outcome);
        return outcome.discrepancy.empty() ? 0 : 1;
    } catch (const std::exception& error) {
        std::cerr << "parallax-fuzz: " << error.what() << '\n';
        return 3;
    }
}
