// SPDX-License-Identifier: MIT
//
// Uses the exporter with all valid and invalid operations on dma-bufs at once, and checks the
// contents meanwhile. Needs root and a machine that may crash: ./lab run.
#include "leftovers.hpp"
#include "processes.hpp"
#include "support/module.hpp"
#include "support/vgem.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <sys/socket.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <iostream>
#include <numeric>
#include <system_error>

namespace {

using namespace stress;

struct Options {
    std::uint64_t seed = 1;
    unsigned operations = 400;
    Amount amount;
    std::string faults = "auto";
    bool json = false;
};

struct Outcome {
    ProcessCounts processes;
    long leaks = -1;
    std::string discrepancy;
};

void load_what_helps() {
    parallax::test::load_vgem();
    uapi::load_importer();
}

Outcome attack(Setup setup, const Options& options) {
    Outcome outcome;
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) {
        throw std::system_error(errno, std::generic_category(), "cannot make a socket");
    }
    {
        const uapi::UniqueFd send(ends[0]);
        const uapi::UniqueFd receive(ends[1]);
        const SmallCgroup cgroup;
        setup.send = send.get();
        setup.receive = receive.get();
        // The pool's pages are charged to the cgroup of the last allocation, up to its limit, and a
        // process of that cgroup is killed for the next page that it needs: the pool is not for
        // tight limits.
        setup.cgroup = options.amount.pool ? "" : cgroup.path();
        outcome.processes = run_processes(setup, options.amount);
        outcome.discrepancy = setup.counters->discrepancy();
        if (outcome.discrepancy.empty() && cgroup.killed() != 0) {
            outcome.discrepancy = "the kernel killed a process whose cgroup was full";
        }
    }
    if (outcome.discrepancy.empty()) {
        try {
            check_leftovers();
            outcome.leaks = suspected_leaks();
            if (outcome.leaks > 0) {
                outcome.discrepancy = "kmemleak suspects leaks";
            }
        } catch (const Discrepancy& error) {
            outcome.discrepancy = error.what();
        }
    }
    return outcome;
}

nlohmann::ordered_json report(const Options& options, const Setup& setup, const Outcome& outcome) {
    const SharedCounters& counters = *setup.counters;
    nlohmann::ordered_json each;
    std::uint64_t total = 0;
    for (std::size_t i = 0; i < operations; ++i) {
        each[operation_table[i].name] = counters.done[i].load();
        total += counters.done[i];
    }
    nlohmann::ordered_json result{
        {"seed", options.seed},
        {"operations", total},
        {"operations by kind", each},
        {"buffers allocated", counters.buffers.load()},
        {"bytes compared", counters.bytes_compared.load()},
        {"bad inputs", counters.wrong_inputs.load()},
        {"failures injected", counters.failures_injected.load()},
        {"calls that failed for that", counters.calls_refused.load()},
        {"processes started", outcome.processes.started + counters.children},
        {"processes killed", outcome.processes.killed + counters.children_killed},
        {"buffers passed over sockets", counters.fds_passed.load()},
        {"held by O_PATH", counters.paths_held.load()},
        {"files looked at in /proc", counters.files_looked_at.load()},
        {"brackets that overlapped", counters.overlaps.load()},
        {"refused by a full cgroup", counters.cgroup_refusals.load()},
        {"discrepancy", outcome.discrepancy.empty() ? nlohmann::ordered_json()
                                                    : nlohmann::ordered_json(outcome.discrepancy)},
    };
    if (outcome.leaks >= 0) {
        result["leaks that kmemleak suspects"] = outcome.leaks;
    }
    return result;
}

void print(const nlohmann::ordered_json& result) {
    for (const auto& [name, value] : result.items()) {
        if (value.is_object()) {
            print(value);
        } else if (!value.is_null()) {
            std::cout << name << ": "
                      << (value.is_string() ? value.get<std::string>() : value.dump()) << '\n';
        }
    }
}

} // namespace

int main(int argc, char** argv) {
    Options options;
    CLI::App app{"Attacks /dev/exporter from many processes and checks every byte meanwhile.\n"
                 "Exit status: 0 nothing was wrong, 1 something was, 2 bad usage, 3 the machine "
                 "cannot do it."};
    app.add_option("--seed", options.seed, "What is done follows from this number")
        ->capture_default_str();
    app.add_option("--operations", options.operations, "Of each thread of a process")
        ->capture_default_str();
    app.add_option("--processes", options.amount.processes, "At a time")
        ->check(CLI::Range(1, 64))
        ->capture_default_str();
    app.add_option("--threads", options.amount.threads, "In each process")
        ->check(CLI::Range(1, 16))
        ->capture_default_str();
    app.add_option("--starts", options.amount.starts, "Of each process, one after the other")
        ->check(CLI::Range(1, 1000000))
        ->capture_default_str();
    app.add_option("--faults", options.faults,
                   "Make allocations in the kernel fail: auto is yes where the kernel can")
        ->check(CLI::IsMember({"auto", "yes", "no"}))
        ->capture_default_str();
    app.add_flag("--pool", options.amount.pool,
                 "Change the size of the module's pool meanwhile, and fill no cgroup");
    app.add_flag("--json", options.json, "Print the counts as JSON");
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : 2;
    }
    try {
        const std::string obstacle = Faults::obstacle();
        if (options.faults == "yes" && !obstacle.empty()) {
            throw std::runtime_error(obstacle);
        }
        load_what_helps();
        Setup setup{.seed = options.seed, .operations = options.operations, .cgroup = {}};
        setup.counters = &SharedCounters::create();
        setup.faults = options.faults != "no" && obstacle.empty();
        if (setup.faults) {
            Faults::prepare();
        }
        const Outcome outcome = attack(setup, options);
        const auto result = report(options, setup, outcome);
        if (options.json) {
            std::cout << result.dump(2) << '\n';
        } else {
            print(result);
        }
        return outcome.discrepancy.empty() ? 0 : 1;
    } catch (const std::exception& error) {
        std::cerr << "parallax-stress: " << error.what() << '\n';
        return 3;
    }
}
