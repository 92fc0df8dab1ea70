// SPDX-License-Identifier: MIT
#include "leftovers.hpp"

#include "shared_counters.hpp"
#include "support/module.hpp"
#include "support/node.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <thread>

namespace stress {

void check_leftovers() {
    for (const std::string name : {"buffers", "bytes", "attachments", "device_maps", "kernel_maps",
                                   "pool_bytes", "chunks_order_0", "chunks_order_9"}) {
        if (const long value = uapi::stat_once(name, 0); value != 0) {
            throw Discrepancy("all users have ended, and the module counts " +
                              std::to_string(value) + " " + name);
        }
    }
    // vgem and the importer hold no object of the module now, so it can be unloaded.
    if (const int error = uapi::unload_module_once("dmabuf_exporter")) {
        throw Discrepancy(std::string("the module cannot be unloaded: ") + std::strerror(error));
    }
    uapi::load_module("dmabuf_exporter");
    const uapi::UniqueFd buffer = uapi::allocate(uapi::open_node(), uapi::large);
    const uapi::Map map(buffer, uapi::large);
    if (uapi::first_nonzero(map.begin(), map.size()) != -1) {
        throw Discrepancy("the first buffer after loading the module again is not zero");
    }
}

long suspected_leaks() {
    constexpr const char* kmemleak = "/sys/kernel/debug/kmemleak";
    if (!std::filesystem::exists(kmemleak)) {
        return -1;
    }
    std::this_thread::sleep_for(std::chrono::seconds(6)); // kmemleak ignores younger objects
    uapi::write_text(kmemleak, "scan");
    uapi::write_text(kmemleak, "scan");
    const std::string report = uapi::read_text(kmemleak);
    std::fputs(report.c_str(), stderr);
    long count = 0;
    for (std::size_t at = 0; (at = report.find("unreferenced object", at)) != std::string::npos;
         ++at) {
        ++count;
    }
    return count;
}

} // namespace stress
