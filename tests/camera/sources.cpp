// SPDX-License-Identifier: MIT
// The contract of exporters, for the buffers of a camera.
#include "contract/sources.hpp"

#include <cstdlib>
#include <stdexcept>

namespace parallax::test {

std::vector<Source> sources() {
    return {{"v4l2", [] {
                 if (std::system("modprobe vivid n_devs=1 node_types=0x1 num_inputs=1 "
                                 "input_types=0 no_error_inj=1") != 0) {
                     throw std::runtime_error("cannot load vivid");
                 }
                 return std::string("v4l2");
             }}};
}

} // namespace parallax::test
