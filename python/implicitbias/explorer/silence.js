// What the page says when nobody answers.

const NO_SERVER = (port) =>
  "The explorer's server does not answer: nothing here follows the hand any more. Start it again with " +
  `implicitbias explore --port ${port} --no-browser, and reload this page; its address keeps what is shown.`
const NO_KERNEL =
  "No kernel has answered for five seconds. If it is not busy, run the cell again; if that does not help, install " +
  "pyviz_comms where Jupyter itself runs (pip install pyviz_comms), and reload the notebook."
